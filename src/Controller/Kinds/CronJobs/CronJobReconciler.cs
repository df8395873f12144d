using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.CronJobs;

internal sealed class CronJobReconciler(ObjectApi api, Deletion deletion, EventRecorder events) : Reconciler
{
    private const string Component = "cronjob-controller";
    private const string ScheduledAt = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static readonly ResourceKind Kind = Catalog.ForType<V1CronJob>();
    private static readonly ResourceKind Jobs = Catalog.ForType<V1Job>();
    /// <summary>A look at least this often: a clock that was set forward must not wait for a timer that was set before.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Jobs.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Kind.GroupResource)
        {
            return [item.Key];
        }
        return item.Encoded.OwnerUids.Length > 0 && PodState.Controller(item.Decode<V1Job>().Metadata) is { } owner && owner.Kind == Kind.Kind
            ? [ObjectKey.Of(Kind, item.Key.Namespace, owner.Name)] : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1CronJob>() is not { } cron)
        {
            return null;
        }
        var jobs = api.Cache.List(new(Jobs.GroupResource, key.Namespace) { OwnerUid = cron.Metadata.Uid }).Items
            .Select(item => item.Decode<V1Job>()).Where(job => PodState.Controller(job.Metadata)?.Uid == cron.Metadata.Uid).ToArray();
        var plan = CronJobPlanner.Plan(cron, jobs, api.Time.GetUtcNow().UtcDateTime);
        foreach (var job in plan.Replace)
        {
            await RemoveAsync(cron, job, cancellationToken).ConfigureAwait(false);
        }
        if (plan.Notice is { } notice)
        {
            await (notice.Warning
                ? events.WarningAsync(cron, Component, notice.Reason, notice.Message, cancellationToken)
                : events.NormalAsync(cron, Component, notice.Reason, notice.Message, cancellationToken)).ConfigureAwait(false);
        }
        if (plan.Start is { } time)
        {
            // First the job, then the note of its time: killed between the two, the job's name tells that this time has its job.
            await StartAsync(cron, time, cancellationToken).ConfigureAwait(false);
        }
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
        {
            // Counted on that very state: on a newer one it is counted anew.
            AdmissionChain.Metadata(current)["resourceVersion"] = cron.Metadata.ResourceVersion;
            current["status"] = ModelJson.ToTree(plan.Status);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        // Only what is noted may go.
        foreach (var job in plan.Trim)
        {
            await RemoveAsync(cron, job, cancellationToken).ConfigureAwait(false);
        }
        return plan.NextLook is { } wait ? wait < LongestWait ? wait : LongestWait : null;
    }

    private async Task StartAsync(V1CronJob cron, DateTime time, CancellationToken cancellationToken)
    {
        var name = CronJobPlanner.JobName(cron, time);
        var template = ModelJson.ToTree(cron.Spec.JobTemplate);
        var metadata = new JsonObject { ["name"] = name, ["ownerReferences"] = new JsonArray(PodControl.Reference(cron)) };
        metadata["labels"] = template["metadata"]?["labels"]?.DeepClone();
        var annotations = template["metadata"]?["annotations"]?.DeepClone() as JsonObject ?? [];
        annotations[ScheduledAt] = Scheduled(cron, time);
        metadata["annotations"] = annotations;
        var tree = new JsonObject { ["apiVersion"] = Jobs.ApiVersion, ["kind"] = Jobs.Kind, ["metadata"] = metadata, ["spec"] = template["spec"]?.DeepClone() };
        try
        {
            await api.CreateAsync(Jobs, cron.Metadata.NamespaceProperty, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            await events.NormalAsync(cron, Component, "SuccessfulCreate", $"Created job {name}", cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason == StatusReason.AlreadyExists)
        {
            // This time's job was made before, or its name is taken by somebody's own: either way this time is dealt with.
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.Invalid or StatusReason.Forbidden)
        {
            await events.WarningAsync(cron, Component, "FailedCreate", $"Error creating job: {problem.Message}", cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RemoveAsync(V1CronJob cron, V1Job job, CancellationToken cancellationToken)
    {
        try
        {
            await deletion.DeleteAsync(Jobs, job.Metadata.NamespaceProperty, job.Metadata.Name, new() { Uid = job.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
            await events.NormalAsync(cron, Component, "SuccessfulDelete", $"Deleted job {job.Metadata.Name}", cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.NotFound or StatusReason.Conflict)
        {
            // Gone already.
        }
    }

    private static string Scheduled(V1CronJob cron, DateTime time)
    {
        var zone = CronSchedule.Zone(cron.Spec.TimeZone);
        return TimeZoneInfo.ConvertTime(new DateTimeOffset(time.ToUniversalTime()), zone).ToString("yyyy-MM-dd'T'HH:mm:ssK", System.Globalization.CultureInfo.InvariantCulture)
            .Replace("+00:00", "Z", StringComparison.Ordinal);
    }
}
