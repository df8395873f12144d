using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Scheduling;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <summary>Which volume suits a claim, and which node a volume. Pure. Source: Kubernetes documentation, "Persistent Volumes", binding.</summary>
internal static class VolumeMatch
{
    /// <summary>The smallest free volume that suits; on a node, if one is given.</summary>
    public static V1PersistentVolume? Best(V1PersistentVolumeClaim claim, IEnumerable<V1PersistentVolume> volumes, V1Node? node = null) => volumes
        .Where(volume => IsFree(volume) && Problem(claim, volume) is null && (node is null || Reaches(volume, node)))
        .OrderBy(volume => VolumeFacts.Size(volume.Spec.Capacity)).ThenBy(volume => volume.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Nobody's, there, and not on its way out.</summary>
    public static bool IsFree(V1PersistentVolume volume) =>
        volume.Spec.ClaimRef is null && volume.Metadata.DeletionTimestamp is null && volume.Status?.Phase is not (VolumePhase.Failed or VolumePhase.Released) && IsMade(volume);

    /// <summary>A volume that an agent makes is there when the agent says so.</summary>
    public static bool IsMade(V1PersistentVolume volume) =>
        VolumeFacts.NodeOf(volume) is null || VolumeFacts.Annotation(volume.Metadata, VolumeNames.MadeSize) is not null;

    /// <returns>Why the volume does not suit the claim, or null.</returns>
    public static string? Problem(V1PersistentVolumeClaim claim, V1PersistentVolume volume)
    {
        if (VolumeFacts.Size(volume.Spec.Capacity) < VolumeFacts.Requested(claim))
        {
            return "requested PV is too small";
        }
        if (VolumeFacts.ClassOf(volume) != (VolumeFacts.ClassOf(claim) ?? ""))
        {
            return "storageClassName does not match";
        }
        if ((volume.Spec.VolumeMode ?? "Filesystem") != (claim.Spec.VolumeMode ?? "Filesystem"))
        {
            return "incompatible volumeMode";
        }
        if (!(claim.Spec.AccessModes ?? []).All(mode => volume.Spec.AccessModes?.Contains(mode) == true))
        {
            return "incompatible accessMode";
        }
        return claim.Spec.Selector is not null && !LabelSelector.From(claim.Spec.Selector).Matches(volume.Metadata.Labels) ? "the claim's selector does not match the volume's labels" : null;
    }

    /// <summary>Whether the volume can be had on the node.</summary>
    public static bool Reaches(V1PersistentVolume volume, V1Node node) =>
        volume.Spec.NodeAffinity?.Required is not { } required || required.NodeSelectorTerms.Any(term => NodeAffinityRules.Holds(term, node.Metadata));

    /// <summary>Whether volumes of the class may be made for the node.</summary>
    public static bool Allows(V1StorageClass item, V1Node node) => item.AllowedTopologies is not { Count: > 0 } topologies
        || topologies.Any(topology => (topology.MatchLabelExpressions ?? []).All(expression =>
            node.Metadata.Labels?.TryGetValue(expression.Key, out var value) == true && expression.Values.Contains(value)));
}
