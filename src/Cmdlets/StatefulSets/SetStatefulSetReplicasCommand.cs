using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Scales StatefulSets.</summary>
/// <example><code>Set-StatefulSetReplicas db 5 -Wait</code></example>
[Cmdlet(VerbsCommon.Set, "StatefulSetReplicas", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(StatefulSet))]
public sealed class SetStatefulSetReplicasCommand : StatefulSetChangeCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("StatefulSet")]
    public string[]? Name { get; set; }

    [Parameter(Position = 1, Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int Replicas { get; set; }

    private protected override string? Subresource => "scale";
    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.StatefulSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.StatefulSet;
    private protected override string Action => $"Scale to {Replicas}";
    private protected override JsonObject Patch() => new() { ["spec"] = new JsonObject { ["replicas"] = Replicas } };
}
