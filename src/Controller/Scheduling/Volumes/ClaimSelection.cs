using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Scheduling.Volumes;

/// <summary>Claims whose volumes wait for the node of their first pod.</summary>
internal static class ClaimSelection
{
    /// <summary>The claims of a pod that still need a volume.</summary>
    public static IReadOnlyList<string> Unbound(VolumeReader volumes, PodInfo pod) =>
        [.. pod.Class.Claims.Where(claim => volumes.Claim(pod.Class.Namespace, claim.Name) is { } found && !VolumeFacts.IsBound(found)).Select(claim => claim.Name)];

    /// <param name="volumes">What there is.</param>
    /// <param name="pod">Placed on the node in mind.</param>
    /// <param name="isSelected">The node has been written into its claims.</param>
    public static ClaimState Judge(VolumeReader volumes, PodInfo pod, bool isSelected)
    {
        var bound = true;
        foreach (var claim in pod.Class.Claims)
        {
            if (volumes.Claim(pod.Class.Namespace, claim.Name) is not { Metadata.DeletionTimestamp: null } found)
            {
                return ClaimState.Refused;
            }
            if (VolumeFacts.IsBound(found))
            {
                continue;
            }
            bound = false;
            if (isSelected && VolumeFacts.Annotation(found.Metadata, VolumeNames.SelectedNode) != pod.NodeName)
            {
                return ClaimState.Refused;
            }
        }
        return bound ? ClaimState.Bound : ClaimState.Waiting;
    }
}
