using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a job of a CronJob has succeeded, from now on: the next in its schedule, or one that runs already.</summary>
/// <example><code>Start-CronJob nightly; Wait-CronJob nightly -Timeout 1h</code></example>
[Cmdlet(VerbsLifecycle.Wait, "CronJob", DefaultParameterSetName = ByName)]
[OutputType(typeof(CronJob))]
public sealed class WaitCronJobCommand : WaitWorkloadCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("CronJob")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.CronJob);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.CronJob;

    private protected override string Activity => "Waiting for a job of";

    private protected override async Task<JsonObject> WaitAsync(ObjectTarget target, Action<string, int> progress)
    {
        JsonObject? first = null;
        var item = await Waiter.UntilAsync(
            Client, target, Timeout,
            current =>
            {
                first ??= current;
                return current is null || LastSuccess(current) != LastSuccess(first);
            },
            current => progress((current?["status"]?["active"] as JsonArray)?.Count is { } active and > 0 ? $"{active} running" : "none running", -1),
            _ => $"no job of {target} succeeded", Cancellation);
        return item ?? throw new ClusterException("NotFound,CronJob", ErrorCategory.ObjectNotFound, $"{target} is gone.") { Target = target.Name };
    }

    private static string? LastSuccess(JsonObject? item) => (string?)item?["status"]?["lastSuccessfulTime"];
}
