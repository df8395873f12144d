using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a PersistentVolumeClaim.</summary>
/// <example><code>New-PersistentVolumeClaim data 10Gi</code></example>
/// <example><code>New-PersistentVolumeClaim data 10Gi -StorageClass fast -AccessMode ReadWriteOncePod</code></example>
[Cmdlet(VerbsCommon.New, "PersistentVolumeClaim", SupportsShouldProcess = true)]
[OutputType(typeof(PersistentVolumeClaim))]
public sealed class NewPersistentVolumeClaimCommand : CreateNamespacedObjectCommand
{
    /// <summary>A quantity such as <c>10Gi</c>.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public string Size { get; set; } = "";

    [Parameter]
    [ValidateSet("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")]
    public string[] AccessMode { get; set; } = ["ReadWriteOnce"];

    /// <summary>Without it, the cluster's default; an empty text wants a volume without a class.</summary>
    [Parameter]
    [AllowEmptyString]
    [NameCompleter("StorageClass")]
    public string? StorageClass { get; set; }

    /// <summary>This volume and no other.</summary>
    [Parameter]
    [NameCompleter("PersistentVolume")]
    public string? VolumeName { get; set; }

    private protected override ResourceKind Kind => Kinds.PersistentVolumeClaim;

    private protected override JsonObject BuildBody()
    {
        var spec = new JsonObject
        {
            ["accessModes"] = new JsonArray([.. AccessMode.Select(mode => (JsonNode)mode)]),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = Size } },
        };
        if (StorageClass is not null)
        {
            spec["storageClassName"] = StorageClass;
        }

        if (!string.IsNullOrEmpty(VolumeName))
        {
            spec["volumeName"] = VolumeName;
        }

        return new JsonObject { ["spec"] = spec };
    }
}
