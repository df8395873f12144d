using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Orchestrator.Agent;

/// <summary>How this agent talks to its controller: by the certificate and the authority of its kubeconfig, whoever does the talking.</summary>
internal static class ClusterConnection
{
    public static SocketsHttpHandler CreateHandler(KubernetesClientConfiguration configuration)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (configuration.SslCaCerts is { Count: > 0 } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        if (configuration is { ClientCertificateData: { } certificate, ClientCertificateKeyData: { } key })
        {
            handler.SslOptions.ClientCertificateContext =
                SslStreamCertificateContext.Create(ReadCertificate(Text(certificate), Text(key)), null, offline: true);
        }
        return handler;
    }

    /// <summary>
    /// A connection whose other end is gone is found so within seconds, whoever waits on it: the client library takes minutes, and what the kernel sends
    /// again and again into a link that was cut waits long after the link is back.
    /// </summary>
    public static KubernetesClientConfiguration WithoutPatience(KubernetesClientConfiguration configuration)
    {
        configuration.FirstMessageHandlerSetup = handler =>
        {
            handler.ConnectTimeout = TimeSpan.FromSeconds(5);
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always;
            handler.KeepAlivePingDelay = handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(3);
        };
        return configuration;
    }

    private static X509Certificate2 ReadCertificate(string certificate, string key)
    {
        var read = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return read;
        }
        // Schannel does not take a key that lives in memory only.
        using (read)
        {
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        }
    }

    private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
