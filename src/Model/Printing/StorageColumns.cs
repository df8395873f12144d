using System.Collections.Immutable;
using k8s;
using k8s.Models;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Model.Printing;

/// <summary>The columns of volumes, claims and classes.</summary>
internal static class StorageColumns
{
    private const string Unset = "<unset>";

    public static ImmutableArray<PrinterColumn> PersistentVolume { get; } =
    [
        Columns.Name<V1PersistentVolume>(),
        Columns.Text<V1PersistentVolume>("Capacity", "How large it is", item => Size(item.Spec?.Capacity)),
        Columns.Text<V1PersistentVolume>("Access Modes", "Who may use it, and how", item => AccessModes.Show(item.Spec?.AccessModes)),
        Columns.Text<V1PersistentVolume>("Reclaim Policy", "What becomes of it after its claim", item => item.Spec?.PersistentVolumeReclaimPolicy),
        Columns.Text<V1PersistentVolume>("Status", "The phase of the volume", item => Phase(item.Metadata, item.Status?.Phase)),
        Columns.Text<V1PersistentVolume>("Claim", "Whose it is", item => item.Spec?.ClaimRef is { } claim ? $"{claim.NamespaceProperty}/{claim.Name}" : ""),
        Columns.Text<V1PersistentVolume>("StorageClass", "Its class", VolumeFacts.ClassOf),
        Columns.Text<V1PersistentVolume>("VolumeAttributesClass", "Class of what may be changed of it", item => item.Spec?.VolumeAttributesClassName ?? Unset),
        Columns.Text<V1PersistentVolume>("Reason", "Why it is in trouble", item => item.Status?.Reason ?? ""),
        Columns.Age<V1PersistentVolume>(),
        Columns.Text<V1PersistentVolume>("VolumeMode", "A file system or a device", item => item.Spec?.VolumeMode, 1),
    ];

    public static ImmutableArray<PrinterColumn> PersistentVolumeClaim { get; } =
    [
        Columns.Name<V1PersistentVolumeClaim>(),
        Columns.Text<V1PersistentVolumeClaim>("Status", "The phase of the claim", item => Phase(item.Metadata, item.Status?.Phase)),
        Columns.Text<V1PersistentVolumeClaim>("Volume", "The volume that it has", item => item.Spec?.VolumeName ?? ""),
        Columns.Text<V1PersistentVolumeClaim>("Capacity", "How large that is", item => string.IsNullOrEmpty(item.Spec?.VolumeName) ? "" : Size(item.Status?.Capacity)),
        Columns.Text<V1PersistentVolumeClaim>("Access Modes", "Who may use it, and how", item => string.IsNullOrEmpty(item.Spec?.VolumeName) ? "" : AccessModes.Show(item.Status?.AccessModes)),
        Columns.Text<V1PersistentVolumeClaim>("StorageClass", "Its class", item => VolumeFacts.ClassOf(item) ?? ""),
        Columns.Text<V1PersistentVolumeClaim>("VolumeAttributesClass", "Class of what may be changed of it", item => item.Spec?.VolumeAttributesClassName ?? Unset),
        Columns.Age<V1PersistentVolumeClaim>(),
        Columns.Text<V1PersistentVolumeClaim>("VolumeMode", "A file system or a device", item => item.Spec?.VolumeMode, 1),
    ];

    public static ImmutableArray<PrinterColumn> StorageClass { get; } =
    [
        Columns.Text<V1StorageClass>("Name", "Name, and whether claims that name none get it", item => VolumeFacts.IsDefault(item) ? $"{item.Metadata.Name} (default)" : item.Metadata.Name),
        Columns.Text<V1StorageClass>("Provisioner", "Who makes its volumes", item => item.Provisioner),
        Columns.Text<V1StorageClass>("ReclaimPolicy", "What becomes of its volumes after their claims", item => item.ReclaimPolicy),
        Columns.Text<V1StorageClass>("VolumeBindingMode", "When its volumes are made", item => item.VolumeBindingMode),
        Columns.Text<V1StorageClass>("AllowVolumeExpansion", "Whether its volumes may grow", item => item.AllowVolumeExpansion == true ? "true" : "false"),
        Columns.Age<V1StorageClass>(),
    ];

    internal static string Phase(V1ObjectMeta metadata, string? phase) => metadata.DeletionTimestamp is null ? phase ?? "" : "Terminating";

    private static string Size(IDictionary<string, ResourceQuantity>? amounts) =>
        amounts?.TryGetValue(VolumeNames.Storage, out var size) == true ? size.ToString() : "";
}
