using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a PersistentVolume of a folder that is there already: of one node, or found on every node under the same path.</summary>
/// <example><code>New-PersistentVolume archive 100Gi -LocalPath /srv/archive -Node n1 -StorageClass manual</code></example>
/// <example><code>New-PersistentVolume shared 100Gi -HostPath /mnt/nfs -AccessMode ReadWriteMany</code></example>
[Cmdlet(VerbsCommon.New, "PersistentVolume", SupportsShouldProcess = true, DefaultParameterSetName = "HostPath")]
[OutputType(typeof(PersistentVolume))]
public sealed class NewPersistentVolumeCommand : CreateObjectCommand
{
    /// <summary>A quantity such as <c>10Gi</c>.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public string Size { get; set; } = "";

    [Parameter]
    [ValidateSet("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")]
    public string[] AccessMode { get; set; } = ["ReadWriteOnce"];

    /// <summary>A folder that every node has.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "HostPath")]
    public string HostPath { get; set; } = "";

    /// <summary>A folder of one node.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LocalPath")]
    public string LocalPath { get; set; } = "";

    /// <summary>The node that has it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LocalPath")]
    [NameCompleter("Node")]
    public string Node { get; set; } = "";

    /// <summary>Claims of this class may have it.</summary>
    [Parameter]
    [NameCompleter("StorageClass")]
    public string StorageClass { get; set; } = "";

    private protected override ResourceKind Kind => Kinds.PersistentVolume;

    private protected override JsonObject BuildBody()
    {
        var spec = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = Size },
            ["accessModes"] = new JsonArray([.. AccessMode.Select(mode => (JsonNode)mode)]),
            ["storageClassName"] = StorageClass,
            [ParameterSetName == "HostPath" ? "hostPath" : "local"] = new JsonObject { ["path"] = ParameterSetName == "HostPath" ? HostPath : LocalPath },
        };
        if (ParameterSetName != "HostPath")
        {
            spec["nodeAffinity"] = new JsonObject
            {
                ["required"] = new JsonObject
                {
                    ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                    {
                        ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = WellKnown.HostnameLabel, ["operator"] = "In", ["values"] = new JsonArray(Node) }),
                    }),
                },
            };
        }

        return new JsonObject { ["spec"] = spec };
    }
}
