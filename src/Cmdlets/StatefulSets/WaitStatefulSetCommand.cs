using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a StatefulSet's rollout is complete.</summary>
/// <example><code>Wait-StatefulSet db -Timeout 5m</code></example>
[Cmdlet(VerbsLifecycle.Wait, "StatefulSet", DefaultParameterSetName = ByName)]
[OutputType(typeof(StatefulSet))]
public sealed class WaitStatefulSetCommand : WaitWorkloadCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("StatefulSet")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.StatefulSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.StatefulSet;

    private protected override string Activity => "Rolling out";

    private protected override Task<JsonObject> WaitAsync(ObjectTarget target, Action<string, int> progress) =>
        WorkloadWait.RunAsync(Client, target, Timeout, StatefulSetProgress.Of, text => progress(text, -1), Cancellation);
}
