using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Jobs;

internal sealed class JobReconciler(ObjectApi api, PodControl pods, Deletion deletion, EventRecorder events) : Reconciler
{
    private const string Component = "job-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1Job>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Kind.GroupResource)
        {
            return [item.Key];
        }
        var keys = new[] { item, change.Previous }.OfType<CachedObject>().Select(state => PodOwners.Controller(state, Kind)).OfType<string>()
            .Distinct().Select(name => ObjectKey.Of(Kind, item.Key.Namespace, name)).ToArray();
        // A pod that waits to be counted and has no job: the key without a name stands for all such pods of the namespace.
        return keys.Length > 0 ? keys : LostJobPods.MayBeTracked(item) ? [ObjectKey.Of(Kind, item.Key.Namespace, "")] : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1Job>() is not { } job || job.Metadata.DeletionTimestamp is not null)
        {
            await LostJobPods.ReleaseAsync(api, pods, key.Namespace, cancellationToken).ConfigureAwait(false);
            return null;
        }
        if (job.Spec.ManagedBy is { } manager && manager != JobNames.Controller)
        {
            return null;
        }
        var mine = await pods.ClaimAsync(job, job.Spec.Selector, cancellationToken).ConfigureAwait(false);
        var plan = JobPlanner.Plan(job, mine, api.Time.GetUtcNow().UtcDateTime);
        if (plan.Expired)
        {
            await deletion.DeleteAsync(Kind, key.Namespace, key.Name, new() { Uid = job.Metadata.Uid, Propagation = PropagationPolicy.Foreground }, cancellationToken).ConfigureAwait(false);
            return null;
        }
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
        {
            // Counted on that very state: on a newer one it is counted anew.
            AdmissionChain.Metadata(current)["resourceVersion"] = job.Metadata.ResourceVersion;
            current["status"] = ModelJson.ToTree(plan.Status);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        await TellAsync(job, plan.Status, cancellationToken).ConfigureAwait(false);
        await CarryOutAsync(job, plan, mine, cancellationToken).ConfigureAwait(false);
        return plan.NextLook;
    }

    private async Task CarryOutAsync(V1Job job, JobPlan plan, IReadOnlyList<V1Pod> mine, CancellationToken cancellationToken)
    {
        await EachAsync(plan.Release, pod => pods.SetFinalizersAsync(pod, Untracked, cancellationToken)).ConfigureAwait(false);
        // One that has ended meanwhile is counted after all.
        await EachAsync(plan.Discard, pod => pods.SetFinalizersAsync(pod, now => JobPods.IsEnded(now) ? null : Untracked(now), cancellationToken)).ConfigureAwait(false);
        await pods.DeleteAsync(job, [.. plan.Discard, .. plan.Delete], cancellationToken).ConfigureAwait(false);
        var adopted = mine.Where(pod => JobPods.IsActive(pod) && !JobPods.IsTracked(pod)).Except(plan.Discard);
        await EachAsync(adopted, pod => pods.SetFinalizersAsync(pod,
            now => JobPods.IsActive(now) && !JobPods.IsTracked(now) ? [.. now.Metadata.Finalizers ?? [], JobNames.Tracking] : null, cancellationToken)).ConfigureAwait(false);
        await pods.CreateAsync(job, plan.Create.Select(wanted => JobPodTemplate.Make(job, wanted)), cancellationToken).ConfigureAwait(false);
    }

    private async Task TellAsync(V1Job job, V1JobStatus status, CancellationToken cancellationToken)
    {
        foreach (var condition in status.Conditions ?? [])
        {
            if (job.Status?.Conditions?.Any(old => old.Type == condition.Type && old.Status == condition.Status) == true)
            {
                continue;
            }
            await (condition.Type switch
            {
                JobConditions.Complete => events.NormalAsync(job, Component, "Completed", "Job completed", cancellationToken),
                JobConditions.Failed => events.WarningAsync(job, Component, condition.Reason, condition.Message, cancellationToken),
                JobConditions.Suspended => events.NormalAsync(job, Component, condition.Status == "True" ? "Suspended" : "Resumed", condition.Message, cancellationToken),
                _ => Task.CompletedTask,
            }).ConfigureAwait(false);
        }
    }

    private static IEnumerable<string> Untracked(V1Pod pod) => (pod.Metadata.Finalizers ?? []).Where(name => name != JobNames.Tracking);

    private static async Task EachAsync(IEnumerable<V1Pod> pods, Func<V1Pod, Task> act)
    {
        // As many at once as share commits well.
        foreach (var batch in pods.Chunk(64))
        {
            await Task.WhenAll(batch.Select(act)).ConfigureAwait(false);
        }
    }
}
