using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a StorageClass.</summary>
/// <example><code>New-StorageClass sized -Parameter hardSize=true -ReclaimPolicy Retain</code></example>
/// <example><code>New-StorageClass nas -Provisioner exec.orchestrator.dev -Parameter program=nas.ps1, scope=cluster</code></example>
[Cmdlet(VerbsCommon.New, "StorageClass", SupportsShouldProcess = true)]
[OutputType(typeof(StorageClass))]
public sealed class NewStorageClassCommand : CreateObjectCommand
{
    [Parameter(Position = 1)]
    public string Provisioner { get; set; } = VolumeNames.Local;

    /// <summary>What the provisioner is told, as a dictionary or as <c>key=value</c>.</summary>
    [Parameter]
    [KeyValueTransformation]
    public System.Collections.IDictionary? Parameter { get; set; }

    [Parameter]
    [ValidateSet("Delete", "Retain")]
    public string ReclaimPolicy { get; set; } = "Delete";

    /// <summary>WaitForFirstConsumer makes a volume where its first pod is to run, Immediate at once.</summary>
    [Parameter]
    [ValidateSet("WaitForFirstConsumer", "Immediate")]
    public string VolumeBindingMode { get; set; } = "WaitForFirstConsumer";

    /// <summary>Its volumes may not grow.</summary>
    [Parameter]
    public SwitchParameter NoExpansion { get; set; }

    /// <summary>Claims that name no class get it. Who was the default before has to be told separately.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    private protected override ResourceKind Kind => Kinds.StorageClass;

    private protected override JsonObject BuildBody()
    {
        if (Default)
        {
            Annotation = new System.Collections.Hashtable(Annotation ?? new System.Collections.Hashtable()) { [VolumeNames.DefaultClass] = "true" };
        }

        var body = new JsonObject
        {
            ["provisioner"] = Provisioner, ["reclaimPolicy"] = ReclaimPolicy, ["volumeBindingMode"] = VolumeBindingMode, ["allowVolumeExpansion"] = !NoExpansion,
        };
        if (Parameter is not null)
        {
            body["parameters"] = Texts(Parameter);
        }

        return body;
    }
}
