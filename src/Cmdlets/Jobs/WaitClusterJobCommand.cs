using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a Job is complete; one that failed is an error.</summary>
/// <example><code>Wait-ClusterJob import -Timeout 1h</code></example>
[Cmdlet(VerbsLifecycle.Wait, "ClusterJob", DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterJob))]
public sealed class WaitClusterJobCommand : WaitWorkloadCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Job")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Job);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Job;

    private protected override string Activity => "Running";

    private protected override Task<JsonObject> WaitAsync(ObjectTarget target, Action<string, int> progress) =>
        WorkloadWait.RunAsync(Client, target, Timeout, JobProgress.Of, text => progress(text, -1), Cancellation);
}
