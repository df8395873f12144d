using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Cmdlets;

/// <summary>How far a StatefulSet's rollout is. Source: what <c>kubectl rollout status</c> says of it.</summary>
internal static class StatefulSetProgress
{
    public static RolloutStatus Of(JsonObject item)
    {
        var set = (V1StatefulSet)ModelJson.Decode(item, typeof(V1StatefulSet));
        var (name, status, desired) = (set.Metadata.Name, set.Status ?? new V1StatefulSetStatus(), set.Spec?.Replicas ?? 1);
        if ((status.ObservedGeneration ?? 0) < (set.Metadata.Generation ?? 0))
        {
            return new(false, false, $"{name}: the change is not yet seen by its controller");
        }

        var rolls = set.Spec?.UpdateStrategy?.Type == "RollingUpdate";
        // Pods below the partition keep their template.
        var wanted = rolls ? desired - Math.Clamp((set.Spec?.UpdateStrategy?.RollingUpdate?.Partition ?? 0) - (set.Spec?.Ordinals?.Start ?? 0), 0, desired) : 0;
        return status.Replicas != desired ? new(false, false, $"{name}: {status.Replicas} replicas instead of {desired}")
            : (status.UpdatedReplicas ?? 0) < wanted ? new(false, false, $"{name}: {status.UpdatedReplicas ?? 0} of {wanted} replicas have been updated")
            : (status.AvailableReplicas ?? 0) < desired ? new(false, false, $"{name}: {status.AvailableReplicas ?? 0} of {desired} replicas are available")
            : new(true, false, $"{name}: rolled out, {desired} replicas are available");
    }
}
