using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Makes PersistentVolumeClaims larger, while they are used. A volume never becomes smaller.</summary>
/// <example><code>Resize-PersistentVolumeClaim data 20Gi</code></example>
[Cmdlet(VerbsCommon.Resize, "PersistentVolumeClaim", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(PersistentVolumeClaim))]
public sealed class ResizePersistentVolumeClaimCommand : PatchObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("PersistentVolumeClaim")]
    public string[]? Name { get; set; }

    /// <summary>A quantity such as <c>20Gi</c>.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public string Size { get; set; } = "";

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.PersistentVolumeClaim);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.PersistentVolumeClaim;
    private protected override string Action => $"Grow to {Size}";

    private protected override JsonObject Patch() => new()
    {
        ["spec"] = new JsonObject { ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = Size } } },
    };
}
