using k8s.Models;

namespace Orchestrator.Model.Volumes;

/// <summary>What is read off volumes, claims, classes and pods in more than one place.</summary>
public static class VolumeFacts
{
    /// <summary>The node whose agent makes and removes the volume; null where no agent of ours does.</summary>
    public static string? NodeOf(V1PersistentVolume volume) =>
        VolumeNames.IsOurs(volume.Spec?.Csi?.Driver) && volume.Spec!.Csi.VolumeAttributes?.TryGetValue(VolumeNames.NodeAttribute, out var node) == true ? node : null; // Just looked at.

    public static string? Annotation(V1ObjectMeta? metadata, string name) => metadata?.Annotations?.TryGetValue(name, out var value) == true ? value : null;

    /// <summary>The class's name, by field or by the annotation that came before it; null: not said, the default's is meant.</summary>
    public static string? ClassOf(V1PersistentVolumeClaim claim) => Annotation(claim.Metadata, VolumeNames.OldClass) ?? claim.Spec?.StorageClassName;

    public static string ClassOf(V1PersistentVolume volume) => Annotation(volume.Metadata, VolumeNames.OldClass) ?? volume.Spec?.StorageClassName ?? "";

    public static Quantity Size(IDictionary<string, ResourceQuantity>? amounts) =>
        amounts?.TryGetValue(VolumeNames.Storage, out var size) == true && Quantity.TryParse(size.ToString(), out var parsed) ? parsed : Quantity.Zero;

    public static Quantity Requested(V1PersistentVolumeClaim claim) => Size(claim.Spec?.Resources?.Requests);

    public static bool IsDefault(V1StorageClass item) =>
        Annotation(item.Metadata, VolumeNames.DefaultClass) == "true" || Annotation(item.Metadata, VolumeNames.OldDefaultClass) == "true";

    public static bool WaitsForConsumer(V1StorageClass? item) => item?.VolumeBindingMode == "WaitForFirstConsumer";

    /// <summary>Bound, by what the claim itself says and its volume confirmed.</summary>
    public static bool IsBound(V1PersistentVolumeClaim claim) =>
        !string.IsNullOrEmpty(claim.Spec?.VolumeName) && Annotation(claim.Metadata, VolumeNames.BindCompleted) is not null;

    public static bool IsFor(V1PersistentVolume volume, V1PersistentVolumeClaim claim) =>
        volume.Spec?.ClaimRef is { } reference && reference.Name == claim.Metadata.Name && reference.NamespaceProperty == claim.Metadata.NamespaceProperty
        && (string.IsNullOrEmpty(reference.Uid) || reference.Uid == claim.Metadata.Uid);

    /// <summary>The volumes of a pod that are claims, with the claim's name.</summary>
    public static IEnumerable<(V1Volume Volume, string Claim, bool IsEphemeral)> ClaimsOf(V1PodSpec? spec, string? pod)
    {
        foreach (var volume in spec?.Volumes ?? [])
        {
            if (volume.PersistentVolumeClaim is { ClaimName.Length: > 0 } claim)
            {
                yield return (volume, claim.ClaimName, false);
            }
            else if (volume.Ephemeral is not null)
            {
                yield return (volume, EphemeralClaim(pod ?? "", volume.Name), true);
            }
        }
    }

    /// <summary>The name of the claim of a pod's ephemeral volume.</summary>
    public static string EphemeralClaim(string pod, string volume) => $"{pod}-{volume}";
}
