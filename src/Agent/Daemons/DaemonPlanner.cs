using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;

namespace Orchestrator.Agent.Daemons;

/// <param name="Hash">Of the template that the pod is to have.</param>
internal readonly record struct DaemonWish(V1DaemonSet Set, string Hash);

/// <summary>Which pods of DaemonSets this node lacks. Pure.</summary>
internal static class DaemonPlanner
{
    /// <param name="sets">All DaemonSets.</param>
    /// <param name="node">This node.</param>
    /// <param name="pods">The pods that are here, on their way out included: a node has one at a time.</param>
    public static IEnumerable<DaemonWish> Plan(IEnumerable<V1DaemonSet> sets, V1Node node, IReadOnlyCollection<V1Pod> pods)
    {
        foreach (var set in sets)
        {
            if (set.Metadata.DeletionTimestamp is null && DaemonPods.HashOf(set) is { } hash && DaemonPlacement.Judge(set.Spec.Template.Spec, node).ShouldRun
                && IsLacking(hash, [.. pods.Where(pod => DaemonPods.IsOf(set, pod))]))
            {
                yield return new(set, hash);
            }
        }
    }

    private static bool IsLacking(string hash, V1Pod[] mine) => mine.Length == 0
        // Beside an old one only when the controller, which counts them over all nodes, has said so.
        || (mine is [{ Metadata.DeletionTimestamp: null } old] && DaemonPods.HashOf(old) != hash
            && old.Metadata.Annotations?.TryGetValue(WellKnown.SurgeGrant, out var granted) == true && granted == hash);
}
