using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Agent.Nodes;

/// <summary>
/// Reads the parts of a kubeconfig that an agent uses: its current context's server, authority, and certificate or token. The client library's own
/// reader prepares itself for every type of the API and costs 60 MB for good.
/// </summary>
internal static class Kubeconfig
{
    /// <exception cref="JoinException">Not a kubeconfig, or one without what is needed; the message names it.</exception>
    public static KubernetesClientConfiguration Read(string path)
    {
        try
        {
            var stream = new YamlStream();
            using (var reader = new StreamReader(path))
            {
                stream.Load(reader);
            }
            return Read((YamlMappingNode)stream.Documents[0].RootNode, Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
        }
        catch (Exception e) when (e is YamlException or InvalidCastException or ArgumentException or FormatException or KeyNotFoundException
            or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new JoinException($"{path}: not a kubeconfig this agent can use: {e.Message}", e);
        }
    }

    private static KubernetesClientConfiguration Read(YamlMappingNode root, string folder)
    {
        var context = Entry(root, "contexts", "context", Text(root, "current-context") ?? throw new FormatException("current-context is missing"));
        var cluster = Entry(root, "clusters", "cluster", Text(context, "cluster") ?? throw new FormatException("context.cluster is missing"));
        var user = Entry(root, "users", "user", Text(context, "user") ?? throw new FormatException("context.user is missing"));
        var configuration = new KubernetesClientConfiguration
        {
            Host = Text(cluster, "server") ?? throw new FormatException("cluster.server is missing"),
            AccessToken = Text(user, "token"),
            ClientCertificateData = Data(user, "client-certificate", folder),
            ClientCertificateKeyData = Data(user, "client-key", folder),
        };
        if (!Uri.TryCreate(configuration.Host, UriKind.Absolute, out _))
        {
            throw new FormatException($"cluster.server is no address: {configuration.Host}");
        }
        if (Data(cluster, "certificate-authority", folder) is { } authority)
        {
            configuration.SslCaCerts = [];
            configuration.SslCaCerts.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(authority)));
        }
        return configuration;
    }

    private static YamlMappingNode Entry(YamlMappingNode root, string list, string item, string name) =>
        (YamlMappingNode)(((YamlSequenceNode)root.Children[list]).OfType<YamlMappingNode>().FirstOrDefault(entry => Text(entry, "name") == name)
            ?? throw new FormatException($"{list} has no \"{name}\"")).Children[item];

    private static string? Text(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var value) && value is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    // In the file itself as base64, or in a file beside it.
    private static string? Data(YamlMappingNode node, string name, string folder) => Text(node, $"{name}-data")
        ?? (Text(node, name) is { } file ? Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, file))) : null);
}
