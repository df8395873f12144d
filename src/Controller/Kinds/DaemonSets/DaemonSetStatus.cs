using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <summary>Status of a DaemonSet from its nodes' pods. Pure.</summary>
internal static class DaemonSetStatus
{
    public static V1DaemonSetStatus Of(V1DaemonSet set, IReadOnlyCollection<DaemonNodePods> nodes, Func<V1Pod, bool> isAvailable)
    {
        var wanted = nodes.Where(node => node.Fit.ShouldRun).ToArray();
        var available = wanted.Count(node => node.Kept.Any(isAvailable));
        return new()
        {
            ObservedGeneration = set.Metadata.Generation,
            DesiredNumberScheduled = wanted.Length,
            CurrentNumberScheduled = wanted.Count(node => node.Kept.Any()),
            NumberMisscheduled = nodes.Count(node => !node.Fit.ShouldRun && node.Kept.Any()),
            NumberReady = wanted.Count(node => node.Kept.Any(PodState.IsReady)),
            // A node where the old pod still waits for the new one is not updated yet.
            UpdatedNumberScheduled = Count(wanted.Count(node => node is { New: not null, Old: null })),
            NumberAvailable = Count(available),
            NumberUnavailable = Count(wanted.Length - available),
            CollisionCount = set.Status?.CollisionCount,
            Conditions = set.Status?.Conditions,
        };
    }

    /// <summary>Zero is left out on the wire, as Kubernetes has it.</summary>
    private static int? Count(int number) => number == 0 ? null : number;
}
