using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Cmdlets;

/// <summary>How far a DaemonSet's rollout is. Source: what <c>kubectl rollout status</c> says of it.</summary>
internal static class DaemonSetProgress
{
    public static RolloutStatus Of(JsonObject item)
    {
        var set = (V1DaemonSet)ModelJson.Decode(item, typeof(V1DaemonSet));
        var (name, status) = (set.Metadata.Name, set.Status ?? new V1DaemonSetStatus());
        if ((status.ObservedGeneration ?? 0) < (set.Metadata.Generation ?? 0))
        {
            return new(false, false, $"{name}: the change is not yet seen by its controller");
        }

        var (desired, updated, available) = (status.DesiredNumberScheduled, status.UpdatedNumberScheduled ?? 0, status.NumberAvailable ?? 0);
        // With OnDelete old pods stay until somebody deletes them.
        return set.Spec?.UpdateStrategy?.Type != "OnDelete" && updated < desired ? new(false, false, $"{name}: {updated} of {desired} nodes have been updated")
            : available < desired ? new(false, false, $"{name}: the pods of {available} of {desired} nodes are available")
            : new(true, false, $"{name}: rolled out, the pods of {desired} nodes are available");
    }
}
