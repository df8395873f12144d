using System.Text.RegularExpressions;
using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>What a <c>fieldRef</c> names, read off the pod.</summary>
internal static partial class FieldPath
{
    /// <exception cref="CreateContainerConfigException">No such field.</exception>
    public static string Read(V1Pod pod, string path, PodAddresses addresses)
    {
        if (Subscript().Match(path) is { Success: true } match)
        {
            var map = match.Groups[1].Value == "labels" ? pod.Metadata.Labels : pod.Metadata.Annotations;
            return map is not null && map.TryGetValue(match.Groups[2].Value, out var value) ? value : "";
        }
        return path switch
        {
            "metadata.name" => pod.Metadata.Name,
            "metadata.namespace" => pod.Metadata.NamespaceProperty,
            "metadata.uid" => pod.Metadata.Uid,
            "spec.nodeName" => pod.Spec.NodeName ?? "",
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "",
            "status.podIP" or "status.podIPs" => addresses.Pod,
            "status.hostIP" or "status.hostIPs" => addresses.Host,
            _ => throw new CreateContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    /// <summary>As a file of a volume: there labels and annotations may also be named whole.</summary>
    /// <exception cref="CreateContainerConfigException">No such field.</exception>
    public static string ReadForFile(V1Pod pod, string path) => path switch
    {
        "metadata.labels" => Lines(pod.Metadata.Labels),
        "metadata.annotations" => Lines(pod.Metadata.Annotations),
        _ => Read(pod, path, new("", "")),
    };

    private static string Lines(IDictionary<string, string>? map) => string.Join('\n', (map ?? new Dictionary<string, string>())
        .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}=\"{Escape(pair.Value)}\""));

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    [GeneratedRegex(@"\Ametadata\.(labels|annotations)\['(.+)'\]\z")]
    private static partial Regex Subscript();
}

/// <summary>The pod's own address and its node's.</summary>
internal readonly record struct PodAddresses(string Pod, string Host);
