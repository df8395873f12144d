using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <summary>What a node has of a DaemonSet.</summary>
/// <param name="Fit">Whether it is to have it.</param>
/// <param name="Ended">Pods that have ended by themselves.</param>
/// <param name="Old">The pod of an older template; null when there is none.</param>
/// <param name="New">The pod of the current template; null when there is none.</param>
/// <param name="Surplus">Pods beside those two.</param>
internal sealed record DaemonNodePods(DaemonFit Fit, V1Pod[] Ended, V1Pod? Old, V1Pod? New, V1Pod[] Surplus)
{
    public static DaemonNodePods Of(DaemonFit fit, IEnumerable<V1Pod> pods, string hash, Func<V1Pod, bool> isAvailable)
    {
        var live = pods.Where(pod => pod.Metadata.DeletionTimestamp is null).ToLookup(PodState.IsActive);
        // The one that serves is kept, then the one that was first.
        var ordered = live[true].OrderByDescending(isAvailable).ThenBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
            .ToLookup(pod => DaemonPods.HashOf(pod) == hash);
        return new(fit, [.. live[false]], ordered[false].FirstOrDefault(), ordered[true].FirstOrDefault(), [.. ordered[false].Skip(1), .. ordered[true].Skip(1)]);
    }

    /// <summary>Its pods that run or are on their way to it.</summary>
    public IEnumerable<V1Pod> Kept => new[] { Old, New }.OfType<V1Pod>();

    public bool IsGranted(string hash) => Old?.Metadata.Annotations?.TryGetValue(WellKnown.SurgeGrant, out var granted) == true && granted == hash;
}
