using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Controller.Storage;

namespace Orchestrator.Controller.Security;

/// <summary>The cluster's own CA (ECDSA P-256), kept in <c>pki/</c> of the data folder; its key is readable by the owner only.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan CaLifetime = TimeSpan.FromDays(3650);
    /// <summary>Clocks of machines that join may run behind ours.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly ConditionalWeakTable<X509Certificate2, object> _judged = [];
    private readonly X509Certificate2 _signer;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 signer, TimeProvider time)
    {
        _signer = signer;
        _time = time;
        Certificate = X509CertificateLoader.LoadCertificate(signer.RawData);
    }

    /// <summary>The CA's certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    public static CertificateAuthority Open(string folder, TimeProvider time)
    {
        var (certificatePath, keyPath) = (Path.Combine(folder, "ca.crt"), Path.Combine(folder, "ca.key"));
        if (!File.Exists(keyPath))
        {
            Create(certificatePath, keyPath, time);
        }
        return new(X509Certificate2.CreateFromPemFile(certificatePath, keyPath), time);
    }

    /// <summary>A certificate and key for this server, for every name and address that clients may use.</summary>
    public X509Certificate2 IssueServer(IEnumerable<string> names, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=orchestrator-controller", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }
        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = Sign(request, ServerAuthentication, lifetime);
        using var whole = certificate.CopyWithPrivateKey(key);
        // Re-imported, because Windows' TLS can't use a key that lives only in memory.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A client certificate: user as CN, groups as O.</summary>
    public (string CertificatePem, string KeyPem) IssueClient(string user, IEnumerable<string> groups, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(new CertificateRequest(Subject(user, groups), key, HashAlgorithmName.SHA256), ClientAuthentication, lifetime);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Signs what a joining agent asks for; the name in it was checked by the approver.</summary>
    public string SignClient(CertificateRequest request, TimeSpan lifetime)
    {
        // Nothing that the requester put in as extensions is taken over.
        var clean = new CertificateRequest(request.SubjectName, request.PublicKey, HashAlgorithmName.SHA256);
        using var certificate = Sign(clean, ClientAuthentication, lifetime);
        return certificate.ExportCertificatePem();
    }

    /// <summary>True when the certificate is a client's, signed by this CA and in its time.</summary>
    public bool Trusts(X509Certificate2 certificate)
    {
        if (_judged.TryGetValue(certificate, out _))
        {
            return true;
        }
        using var chain = new X509Chain { ChainPolicy = ClientPolicy() };
        return chain.Build(certificate);
    }

    /// <summary>Takes over what a handshake has found of a client's certificate, so that it need not be judged again: good, and this CA's.</summary>
    public void NoteJudged(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None && chain is { ChainElements: [.., { Certificate: var root }] } && root.RawDataMemory.Span.SequenceEqual(Certificate.RawDataMemory.Span))
        {
            _judged.AddOrUpdate(certificate, this);
        }
    }

    /// <summary>How a client's certificate is judged: by this CA alone, whatever the machine trusts, and without asking anybody.</summary>
    public X509ChainPolicy ClientPolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
        ApplicationPolicy = { new Oid(ClientAuthentication) },
        DisableCertificateDownloads = true,
        VerificationTime = _time.GetUtcNow().UtcDateTime,
    };

    public void Dispose()
    {
        _signer.Dispose();
        Certificate.Dispose();
    }

    private static X500DistinguishedName Subject(string user, IEnumerable<string> groups)
    {
        var builder = new X500DistinguishedNameBuilder();
        foreach (var group in groups)
        {
            builder.AddOrganizationName(group);
        }
        builder.AddCommonName(user);
        return builder.Build();
    }

    private X509Certificate2 Sign(CertificateRequest request, string purpose, TimeSpan lifetime)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_signer, true, false));
        var now = _time.GetUtcNow();
        var end = now + lifetime < _signer.NotAfter ? now + lifetime : _signer.NotAfter;
        var start = now - ClockSkew > _signer.NotBefore ? now - ClockSkew : _signer.NotBefore;
        return request.Create(_signer, start, end, RandomNumberGenerator.GetBytes(16));
    }

    private static void Create(string certificatePath, string keyPath, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=orchestrator-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now + CaLifetime);
        Directory.CreateDirectory(Path.GetDirectoryName(certificatePath)!); // Joined with a folder by the caller.
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem() + "\n");
        OwnerOnlyFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
