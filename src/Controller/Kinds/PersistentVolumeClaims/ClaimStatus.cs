using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>Status of a bound claim from its volume. Pure.</summary>
internal static class ClaimStatus
{
    public const string Full = "VolumeFull";
    private const string Resizing = "Resizing";
    private const string FileSystemResize = "FileSystemResizePending";

    public static V1PersistentVolumeClaimStatus Of(V1PersistentVolumeClaim claim, V1PersistentVolume volume, DateTime now)
    {
        var made = MadeSize(volume);
        return new()
        {
            Phase = ClaimPhase.Bound,
            AccessModes = volume.Spec.AccessModes,
            Capacity = new Dictionary<string, ResourceQuantity> { [VolumeNames.Storage] = new(made.ToString()) },
            Conditions = Conditions(claim, volume, made, now),
        };
    }

    /// <summary>How large the volume is in truth: as its agent made it, or as it says of itself.</summary>
    public static Quantity MadeSize(V1PersistentVolume volume) =>
        VolumeFacts.NodeOf(volume) is not null && Quantity.TryParse(VolumeFacts.Annotation(volume.Metadata, VolumeNames.MadeSize), out var made) ? made : VolumeFacts.Size(volume.Spec.Capacity);

    /// <summary>That a volume is full, or null.</summary>
    public static V1PersistentVolumeClaimCondition? Fullness(V1PersistentVolumeClaimStatus? status) => status?.Conditions?.FirstOrDefault(condition => condition.Type == Full);

    /// <summary>
    /// What the volume's object is to ask of its node; null where it asks for that already. It asks for less again where the node could not make it as large
    /// as somebody wished, and the wish was taken back.
    /// </summary>
    public static Quantity? SizeToAskFor(V1PersistentVolumeClaim claim, V1PersistentVolume volume)
    {
        if (VolumeFacts.NodeOf(volume) is null || claim.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }
        var (made, asked, wanted) = (MadeSize(volume), VolumeFacts.Size(volume.Spec.Capacity), VolumeFacts.Requested(claim));
        var size = wanted > made ? wanted : made;
        return size == asked ? null : size;
    }

    private static List<V1PersistentVolumeClaimCondition>? Conditions(V1PersistentVolumeClaim claim, V1PersistentVolume volume, Quantity made, DateTime now)
    {
        var others = (claim.Status?.Conditions ?? []).Where(condition => condition.Type is not (Resizing or FileSystemResize or Full)).ToList();
        var old = (claim.Status?.Conditions ?? []).ToLookup(condition => condition.Type, condition => condition.LastTransitionTime);
        if (VolumeFacts.NodeOf(volume) is not null && VolumeFacts.Requested(claim) > made)
        {
            // First the volume's object asks for more, then its node makes it so.
            var type = VolumeFacts.Size(volume.Spec.Capacity) > made ? FileSystemResize : Resizing;
            var problem = VolumeFacts.Annotation(volume.Metadata, VolumeNames.Problem);
            var message = problem ?? (type == FileSystemResize ? "Waiting for the volume's node to grow the volume" : null);
            others.Add(new() { Type = type, Status = "True", Reason = problem?.Split(':')[0], Message = message, LastTransitionTime = old[type].FirstOrDefault() ?? now });
        }
        if (VolumeFacts.NodeOf(volume) is not null && VolumeFacts.Annotation(volume.Metadata, VolumeNames.Full)?.Split(": ", 2) is [var reason, var text])
        {
            others.Add(new() { Type = Full, Status = "True", Reason = reason, Message = text, LastTransitionTime = old[Full].FirstOrDefault() ?? now });
        }
        return others.Count > 0 ? others : null;
    }
}
