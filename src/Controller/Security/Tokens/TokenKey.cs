using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Orchestrator.Controller.Storage;

namespace Orchestrator.Controller.Security.Tokens;

/// <summary>The key that tokens of service accounts are signed with (ECDSA P-256), in <c>sa.key</c> of the PKI folder; readable by its owner only.</summary>
internal sealed class TokenKey : IDisposable
{
    private readonly ECDsa _key;

    private TokenKey(ECDsa key)
    {
        _key = key;
        Id = Base64UrlEncoder.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        Security = new ECDsaSecurityKey(key) { KeyId = Id };
    }

    /// <summary>Names the key in tokens: a digest of its public part.</summary>
    public string Id { get; }

    public ECDsaSecurityKey Security { get; }

    /// <summary>The public part, for those who check tokens by themselves.</summary>
    public JsonWebKey Public
    {
        get
        {
            using var open = ECDsa.Create(_key.ExportParameters(includePrivateParameters: false));
            var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(open) { KeyId = Id });
            (key.Alg, key.Use) = (SecurityAlgorithms.EcdsaSha256, "sig");
            return key;
        }
    }

    public static TokenKey Open(string folder)
    {
        var path = Path.Combine(folder, "sa.key");
        if (!File.Exists(path))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            OwnerOnlyFile.Write(path, made.ExportPkcs8PrivateKeyPem() + "\n");
        }
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return new(key);
    }

    public void Dispose() => _key.Dispose();
}
