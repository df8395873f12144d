using k8s.Models;
using Orchestrator.Controller.Kinds.StorageClasses;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <summary>From a volume and the claim of its name to its phase, and to what becomes of it after its claim. Pure. Source: Kubernetes documentation, "Persistent Volumes".</summary>
internal static class VolumePlanner
{
    /// <param name="volume">The volume.</param>
    /// <param name="claim">The claim that its claimRef names; null when there is none.</param>
    /// <param name="hasNode">Whether the node that it is of exists.</param>
    public static VolumePlan Plan(V1PersistentVolume volume, V1PersistentVolumeClaim? claim, bool hasNode)
    {
        var reference = volume.Spec.ClaimRef;
        var made = VolumeMatch.IsMade(volume);
        if (reference is null || string.IsNullOrEmpty(reference.Uid))
        {
            return Plan(volume, made ? VolumePhase.Available : VolumePhase.Pending, null, hasNode);
        }
        if (claim is null || claim.Metadata.Uid != reference.Uid)
        {
            return Reclaim(volume, hasNode);
        }
        if (string.IsNullOrEmpty(claim.Spec.VolumeName))
        {
            // On its way to each other.
            return Plan(volume, made ? VolumePhase.Available : VolumePhase.Pending, null, hasNode);
        }
        if (claim.Spec.VolumeName == volume.Metadata.Name)
        {
            return Plan(volume, VolumePhase.Bound, null, hasNode);
        }
        // The claim found another in the meantime: what was made for it is not needed, what the controller chose is free again.
        return IsProvisioned(volume) && volume.Spec.PersistentVolumeReclaimPolicy == StorageClassRules.Delete ? Reclaim(volume, hasNode)
            : Plan(volume, VolumePhase.Available, null, hasNode) with { Unbind = true };
    }

    private static VolumePlan Reclaim(V1PersistentVolume volume, bool hasNode)
    {
        if (volume.Spec.PersistentVolumeReclaimPolicy != StorageClassRules.Delete)
        {
            return Plan(volume, VolumePhase.Released, null, hasNode);
        }
        if (VolumeFacts.NodeOf(volume) is not null)
        {
            return Plan(volume, VolumePhase.Released, null, hasNode) with { Delete = volume.Metadata.DeletionTimestamp is null };
        }
        // Another provisioner's volumes are its own to delete.
        return IsProvisioned(volume) ? Plan(volume, VolumePhase.Released, null, hasNode)
            : Plan(volume, VolumePhase.Failed, "nobody here can delete a volume of this kind; delete its data and the object, or change the reclaim policy to Retain", hasNode);
    }

    private static VolumePlan Plan(V1PersistentVolume volume, string phase, string? message, bool hasNode)
    {
        List<string> finalizers = [];
        if (volume.Metadata.DeletionTimestamp is not null && phase != VolumePhase.Bound)
        {
            finalizers.Add(VolumeNames.VolumeProtection);
            if (!VolumeMatch.IsMade(volume) && !hasNode)
            {
                // Nothing of it was ever used, and the agent that would have made it is not coming to say so.
                finalizers.Add(VolumeNames.DataFinalizer);
            }
        }
        return new(phase, message, Delete: false, Unbind: false, [.. finalizers.Where(name => volume.Metadata.Finalizers?.Contains(name) == true)]);
    }

    private static bool IsProvisioned(V1PersistentVolume volume) => VolumeFacts.Annotation(volume.Metadata, VolumeNames.ProvisionedBy) is not null;
}
