using System.Collections.Concurrent;
using System.Text;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace Orchestrator.Cmdlets;

/// <summary>Reading and writing kubeconfig files.</summary>
internal static class KubeConfigFile
{
    private static readonly ConcurrentDictionary<string, (DateTime Written, K8SConfiguration Content)> Cache = new(StringComparer.Ordinal);

    public static K8SConfiguration Load(string path)
    {
        var written = File.GetLastWriteTimeUtc(path);
        if (Cache.TryGetValue(path, out var known) && known.Written == written)
        {
            return known.Content;
        }

        try
        {
            var content = KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(path));
            Cache[path] = (written, content);
            return content;
        }
        catch (Exception exception) when (exception is YamlException or KubeConfigException)
        {
            throw new ClusterException("InvalidKubeConfig", System.Management.Automation.ErrorCategory.InvalidData, $"{path} is not a kubeconfig file: {exception.Message}", exception)
            {
                Target = path,
            };
        }
    }

    public static IEnumerable<ClusterContext> Contexts(string path)
    {
        var file = Load(path);
        var clusters = (file.Clusters ?? []).ToDictionary(cluster => cluster.Name, StringComparer.Ordinal);
        foreach (var context in file.Contexts ?? [])
        {
            var details = context.ContextDetails;
            yield return new ClusterContext
            {
                Name = context.Name,
                Cluster = details?.Cluster ?? "",
                Server = details?.Cluster is { } name && clusters.TryGetValue(name, out var cluster) ? cluster.ClusterEndpoint?.Server ?? "" : "",
                User = details?.User ?? "",
                Namespace = details?.Namespace is { Length: > 0 } own ? own : "default",
                KubeConfig = path,
            };
        }
    }

    /// <summary>Writes a file with one context, readable by its owner only, whole or not at all.</summary>
    public static void Write(string path, string name, ClusterEndpoint cluster, UserCredentials user, string? @namespace = null)
    {
        var text = new StringBuilder()
            .AppendLine("apiVersion: v1").AppendLine("kind: Config")
            .AppendLine("clusters:").Append("- name: ").AppendLine(Quote(name)).AppendLine("  cluster:");
        Entry(text, "server", cluster.Server);
        Entry(text, "certificate-authority-data", cluster.CertificateAuthorityData);
        Entry(text, "tls-server-name", cluster.TlsServerName);
        if (cluster.SkipTlsVerify)
        {
            text.AppendLine("    insecure-skip-tls-verify: true");
        }

        text.AppendLine("users:").Append("- name: ").AppendLine(Quote(name)).AppendLine("  user:");
        Entry(text, "client-certificate-data", user.ClientCertificateData);
        Entry(text, "client-key-data", user.ClientKeyData);
        Entry(text, "token", user.Token);
        text.AppendLine("contexts:").Append("- name: ").AppendLine(Quote(name)).AppendLine("  context:");
        Entry(text, "cluster", name);
        Entry(text, "user", name);
        Entry(text, "namespace", @namespace);
        text.Append("current-context: ").AppendLine(Quote(name));
        OwnerOnly.Write(path, text.ToString());
    }

    private static void Entry(StringBuilder text, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append("    ").Append(key).Append(": ").AppendLine(Quote(value));
        }
    }

    private static string Quote(string value) => $"\"{value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
