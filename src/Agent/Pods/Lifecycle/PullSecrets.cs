using System.Text;
using System.Text.Json;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Lifecycle;

/// <summary>A pod's imagePullSecrets as credentials, read when an image is pulled. One that is missing or unreadable counts as none, as Kubernetes has it.</summary>
internal sealed class PullSecrets(IPodApi api)
{
    private const string DockerHub = "docker.io";

    public async Task<IReadOnlyList<RegistryCredential>> ReadAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        List<RegistryCredential> found = [];
        foreach (var secret in pod.Spec.ImagePullSecrets ?? [])
        {
            try
            {
                var files = await api.ReadFilesAsync(pod.Metadata.NamespaceProperty, new(ConfigReference.Secret, secret.Name), cancellationToken);
                if (files is not null && files.TryGetValue(".dockerconfigjson", out var config))
                {
                    found.AddRange(Parse(config, "auths"));
                }
                else if (files is not null && files.TryGetValue(".dockercfg", out var old))
                {
                    found.AddRange(Parse(old, null));
                }
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
            {
                // Whoever needs it sees that the registry refuses.
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                throw new ImagePullException($"imagePullSecret \"{secret.Name}\" cannot be read: {e.Message}", e);
            }
        }
        return found;
    }

    /// <summary>The entries of a Docker configuration file.</summary>
    public static List<RegistryCredential> Parse(ReadOnlyMemory<byte> json, string? property)
    {
        using var document = JsonDocument.Parse(json);
        List<RegistryCredential> found = [];
        foreach (var entry in (property is null ? document.RootElement : document.RootElement.GetProperty(property)).EnumerateObject())
        {
            var (user, password) = (Text(entry.Value, "username"), Text(entry.Value, "password"));
            if (Text(entry.Value, "auth") is { Length: > 0 } auth && Encoding.UTF8.GetString(Convert.FromBase64String(auth)).Split(':', 2) is [var name, var word])
            {
                (user, password) = (name, word);
            }
            if (user is not null && password is not null)
            {
                found.Add(new(Registry(entry.Name), user, password));
            }
        }
        return found;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Keys are hosts, or addresses such as https://index.docker.io/v1/.
    private static string Registry(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var host = (scheme < 0 ? key : key[(scheme + 3)..]).Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? DockerHub : host;
    }
}
