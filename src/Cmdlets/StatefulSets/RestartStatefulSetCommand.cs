using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Replaces all pods of StatefulSets, one after the other.</summary>
/// <example><code>Restart-StatefulSet db</code></example>
[Cmdlet(VerbsLifecycle.Restart, "StatefulSet", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(StatefulSet))]
public sealed class RestartStatefulSetCommand : StatefulSetChangeCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("StatefulSet")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.StatefulSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.StatefulSet;
    private protected override string Action => "Restart";
    private protected override JsonObject Patch() => RestartPatch();
}
