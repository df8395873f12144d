using System.Text;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Storage;
using Orchestrator.Model;

namespace Orchestrator.Controller.Hosting;

/// <summary>The credential of the person who started the cluster, as an owner-only kubeconfig.</summary>
internal static class AdminKubeconfig
{
    public const string FileName = "admin.kubeconfig";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>Writes it anew at each start: the port may have changed, and the certificate stays fresh.</summary>
    public static void Write(string folder, Uri server, CertificateAuthority authority)
    {
        var (certificate, key) = authority.IssueClient("admin", [WellKnown.AdminGroup], Lifetime);
        var text = $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: orchestrator
              cluster:
                server: {server.ToString().TrimEnd('/')}
                certificate-authority-data: {Base64(authority.Certificate.ExportCertificatePem())}
            users:
            - name: admin
              user:
                client-certificate-data: {Base64(certificate)}
                client-key-data: {Base64(key)}
            contexts:
            - name: orchestrator
              context:
                cluster: orchestrator
                user: admin
                namespace: default
            current-context: orchestrator

            """;
        OwnerOnlyFile.Write(Path.Combine(folder, FileName), text);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text + "\n"));
}
