using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Orchestrator.Bench;

/// <summary>A controller that is measured, and clients of it.</summary>
internal static class BenchApi
{
    public static Process Start(string folder) => Programs.Start("controller", "orchestrator-controller", "--data", folder, "--listen", "127.0.0.1:0");

    public static async Task ReadyAsync(Process controller)
    {
        if ((await controller.StandardOutput.ReadLineAsync())?.StartsWith("Controller ready", StringComparison.Ordinal) != true)
        {
            throw new InvalidOperationException("the controller did not start");
        }
    }

    public static HttpClient Client(string kubeconfig, int connections)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        using var pem = X509Certificate2.CreateFromPem(
            Encoding.ASCII.GetString(Convert.FromBase64String(configuration.ClientCertificateData)), Encoding.ASCII.GetString(Convert.FromBase64String(configuration.ClientCertificateKeyData)));
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections };
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { configuration.SslCaCerts[0] },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler) { BaseAddress = new Uri(configuration.Host) };
    }
}
