namespace Orchestrator.Controller.Scheduling.Preempting;

/// <param name="Victims">Who has to go, the least urgent last.</param>
internal sealed record PreemptionPlan(NodeInfo Node, IReadOnlyList<PodInfo> Victims);

/// <summary>
/// Finds the node where the least has to go for a pod: fewest broken disruption budgets, then the least urgent victims, then the fewest, then
/// those that started last. Source: Kubernetes documentation, "Pod Priority and Preemption". Pure: what it supposes it takes back.
/// </summary>
internal sealed class Preemption(ClusterState state, Placement placement, ReasonNames reasons)
{
    /// <summary>Nodes looked at: a search through all of a large cluster would hold up everyone else.</summary>
    private const int CandidateLimit = 100;

    /// <param name="pod">Fits nowhere as it is.</param>
    /// <param name="budgets">Tells of a list of pods which would break their disruption budgets.</param>
    /// <param name="startedAt">When a pod started.</param>
    /// <returns>Null when nobody less urgent stands in its way.</returns>
    public PreemptionPlan? Plan(PodInfo pod, Func<IReadOnlyList<PodInfo>, IReadOnlySet<PodInfo>> budgets, Func<PodInfo, DateTime> startedAt)
    {
        if (!pod.Class.MayPreempt || IsBeingClearedFor(pod))
        {
            return null;
        }
        var candidates = placement.Judge(pod.Class)
            .Where(node => node.Score < 0 && !reasons.IsLasting(node.Reason) && node.Node.Pods.Any(other => other.Class.Priority < pod.Class.Priority))
            .Select(node => node.Node)
            .OrderBy(node => node.Pods.Where(other => other.Class.Priority < pod.Class.Priority).Max(other => other.Class.Priority))
            .Take(CandidateLimit).ToArray();
        return candidates.Select(node => Clear(pod, node, budgets)).OfType<Attempt>()
            .OrderBy(attempt => attempt.Broken)
            .ThenBy(attempt => attempt.Victims.Max(victim => victim.Class.Priority))
            .ThenBy(attempt => attempt.Victims.Sum(victim => (long)victim.Class.Priority - int.MinValue))
            .ThenBy(attempt => attempt.Victims.Count)
            .ThenByDescending(attempt => attempt.Victims.TakeWhile(victim => victim.Class.Priority == attempt.Victims[0].Class.Priority).Min(startedAt))
            .Select(attempt => new PreemptionPlan(attempt.Node, attempt.Victims)).FirstOrDefault();
    }

    // Those whose going it waits for need not be joined by more.
    private bool IsBeingClearedFor(PodInfo pod) => pod.NominatedNode.Length > 0
        && state.FindNode(pod.NominatedNode) is { } node && node.Pods.Any(other => other.IsTerminating && other.Class.Priority < pod.Class.Priority);

    private Attempt? Clear(PodInfo pod, NodeInfo node, Func<IReadOnlyList<PodInfo>, IReadOnlySet<PodInfo>> budgets)
    {
        var lesser = node.Pods.Where(other => other.Class.Priority < pod.Class.Priority)
            .OrderByDescending(other => other.Class.Priority).ThenBy(other => other.Key.Name, StringComparer.Ordinal).ToArray();
        foreach (var other in lesser)
        {
            state.Suppose(node, other, gone: true);
        }
        List<PodInfo> victims = [];
        var fits = placement.Fits(pod.Class, node);
        var breaking = fits ? budgets(lesser) : new HashSet<PodInfo>();
        // Whoever can stay stays: first those with a budget, then the more urgent.
        foreach (var other in fits ? lesser.OrderByDescending(breaking.Contains).ToArray() : lesser)
        {
            state.Suppose(node, other, gone: false);
            if (fits && !placement.Fits(pod.Class, node))
            {
                state.Suppose(node, other, gone: true);
                victims.Add(other);
            }
        }
        foreach (var victim in victims)
        {
            state.Suppose(node, victim, gone: false);
        }
        return fits && victims.Count > 0 ? new(node, [.. victims.OrderByDescending(victim => victim.Class.Priority)], victims.Count(breaking.Contains)) : null;
    }

    private sealed record Attempt(NodeInfo Node, IReadOnlyList<PodInfo> Victims, int Broken);
}
