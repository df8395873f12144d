using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a Deployment's rollout is complete.</summary>
/// <example><code>Get-Deployment | Wait-Deployment -Timeout 5m</code></example>
[Cmdlet(VerbsLifecycle.Wait, "Deployment", DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class WaitDeploymentCommand : WaitWorkloadCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;

    private protected override string Activity => "Rolling out";

    private protected override Task<JsonObject> WaitAsync(ObjectTarget target, Action<string, int> progress) =>
        RolloutWait.RunAsync(Client, target, Timeout, progress, Cancellation);
}
