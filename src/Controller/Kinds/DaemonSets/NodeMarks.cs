using k8s.Models;
using Orchestrator.Controller.Storage.Cache;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <summary>What of a node decides whether a DaemonSet is for it; a heartbeat changes nothing of it.</summary>
internal static class NodeMarks
{
    public static string Of(CachedObject item)
    {
        var node = item.Decode<V1Node>();
        return string.Join('\n', (node.Metadata.Labels ?? new Dictionary<string, string>()).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")
            .Append($"{node.Spec?.Unschedulable}").Concat((node.Spec?.Taints ?? []).Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}")));
    }
}
