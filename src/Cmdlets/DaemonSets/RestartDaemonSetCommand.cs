using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Replaces all pods of DaemonSets, as many nodes at a time as their strategy allows.</summary>
/// <example><code>Restart-DaemonSet logs</code></example>
[Cmdlet(VerbsLifecycle.Restart, "DaemonSet", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(DaemonSet))]
public sealed class RestartDaemonSetCommand : DaemonSetChangeCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("DaemonSet")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.DaemonSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.DaemonSet;
    private protected override string Action => "Restart";
    private protected override JsonObject Patch() => RestartPatch();
}
