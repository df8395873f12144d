namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>A pod that could be evicted, with what counts for its turn.</summary>
/// <param name="Usage">Of what is short: bytes; 0 where it is not measured.</param>
/// <param name="Request">What it asked for of that.</param>
internal sealed record EvictionCandidate(string PodUid, int Priority, long Usage, long Request);

/// <summary>
/// Who goes first, as the kubelet documents it: pods that use more than they asked for, then by priority, the lowest first, then by how much
/// more they use than they asked for. Process numbers are ranked by priority alone.
/// </summary>
internal static class EvictionOrder
{
    /// <summary>Priorities from here on are the system's own: such pods are never evicted.</summary>
    public const int SystemPriority = 2_000_000_000;

    public static IReadOnlyList<EvictionCandidate> Rank(string signal, IEnumerable<EvictionCandidate> candidates)
    {
        var pods = candidates.Where(pod => pod.Priority < SystemPriority);
        return signal == EvictionSignals.Pids
            ? [.. pods.OrderBy(pod => pod.Priority)]
            : [.. pods.OrderByDescending(pod => pod.Usage > pod.Request).ThenBy(pod => pod.Priority).ThenByDescending(pod => pod.Usage - pod.Request)];
    }
}
