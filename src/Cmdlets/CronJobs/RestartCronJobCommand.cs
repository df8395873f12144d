using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Runs the latest job of CronJobs once more: it is removed with its pods, and made anew from its own spec. Writes the new Job.</summary>
/// <example><code>Restart-CronJob nightly</code></example>
[Cmdlet(VerbsLifecycle.Restart, "CronJob", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterJob))]
public sealed class RestartCronJobCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("CronJob")]
    public string[]? Name { get; set; }

    /// <summary>For the old Job's pods to end.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.CronJob);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.CronJob;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var cron = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var uid = (string?)cron["metadata"]?["uid"];
        JsonObject? latest = null;
        await foreach (var job in Client.ListAsync(Kinds.Job, target.Namespace, ListQuery.Everything, Cancellation))
        {
            var owned = (job["metadata"]?["ownerReferences"] as JsonArray ?? []).Any(owner => (string?)owner?["uid"] == uid);
            if (owned && string.CompareOrdinal((string?)job["metadata"]?["creationTimestamp"], (string?)latest?["metadata"]?["creationTimestamp"]) >= 0)
            {
                latest = job;
            }
        }

        if (latest is null)
        {
            throw new ClusterException("NoJob,CronJob", ErrorCategory.InvalidOperation, $"{target} has no job that could run again.")
            {
                Target = target.Name,
                Advice = "Start-CronJob starts one now.",
            };
        }

        var restart = new JobRestart(Client, Timeout);
        var old = target with { Kind = Kinds.Job, Name = (string)latest["metadata"]!["name"]! }; // Every object has a name.
        if (await ConfirmAsync("Restart", old.ToString(), () => restart.DeleteAsync(old, latest, WriteMode.Rehearsal, Cancellation)))
        {
            WriteObject(ObjectFactory.Create(Kinds.Job, await restart.RunAsync(old, latest, Cancellation), Client.Context.Name));
        }
    }
}
