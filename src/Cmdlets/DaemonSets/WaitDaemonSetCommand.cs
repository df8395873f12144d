using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a DaemonSet's rollout is complete.</summary>
/// <example><code>Wait-DaemonSet logs -Timeout 5m</code></example>
[Cmdlet(VerbsLifecycle.Wait, "DaemonSet", DefaultParameterSetName = ByName)]
[OutputType(typeof(DaemonSet))]
public sealed class WaitDaemonSetCommand : WaitWorkloadCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("DaemonSet")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.DaemonSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.DaemonSet;

    private protected override string Activity => "Rolling out";

    private protected override Task<JsonObject> WaitAsync(ObjectTarget target, Action<string, int> progress) =>
        WorkloadWait.RunAsync(Client, target, Timeout, DaemonSetProgress.Of, text => progress(text, -1), Cancellation);
}
