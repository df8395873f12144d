using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>What a node does next for a volume that it keeps.</summary>
internal enum KeepStep
{
    None,
    /// <summary>Make it, and say so.</summary>
    Make,
    /// <summary>Make it larger, and say so.</summary>
    Grow,
    /// <summary>Write down that it may hold data.</summary>
    Confirm,
    /// <summary>Take the mount back that no pod uses.</summary>
    Unmount,
    /// <summary>Remove its data, and let go of the object.</summary>
    Remove,
    /// <summary>Keep the data, and let go of the object.</summary>
    LetGo,
}

/// <summary>From a volume and what is here of it to the next step. Pure.</summary>
internal static class KeepPlan
{
    /// <param name="volume">As the API has it.</param>
    /// <param name="record">What is here; null for nothing.</param>
    /// <param name="isUsed">A pod of this node has it.</param>
    /// <param name="isMounted">It is mounted.</param>
    public static KeepStep Of(V1PersistentVolume volume, VolumeRecord? record, bool isUsed, bool isMounted)
    {
        var made = VolumeFacts.Annotation(volume.Metadata, VolumeNames.MadeSize);
        if (volume.Metadata.DeletionTimestamp is not null)
        {
            return volume.Metadata.Finalizers?.Contains(VolumeNames.DataFinalizer) != true || volume.Status?.Phase == "Bound" || isUsed ? KeepStep.None
                : volume.Spec.PersistentVolumeReclaimPolicy == "Delete" || (made is null && record?.IsConfirmed != true) ? KeepStep.Remove : KeepStep.LetGo;
        }
        if (made is null)
        {
            return KeepStep.Make;
        }
        if (Quantity.TryParse(made, out var size) && VolumeFacts.Size(volume.Spec.Capacity) > size)
        {
            return KeepStep.Grow;
        }
        return record is { IsConfirmed: false } ? KeepStep.Confirm : isMounted && !isUsed ? KeepStep.Unmount : KeepStep.None;
    }
}
