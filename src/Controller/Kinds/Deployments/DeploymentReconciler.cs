using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Deployments;

internal sealed class DeploymentReconciler(ObjectApi api, Deletion deletion, DeploymentSets sets, AutomaticRollback rollback, EventRecorder events) : Reconciler
{
    private const string Component = "deployment-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1Deployment>();
    private static readonly ResourceKind SetKind = Catalog.ForType<V1ReplicaSet>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, SetKind.GroupResource, "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Kind.GroupResource)
        {
            return [item.Key];
        }
        if (item.Key.Resource == SetKind.GroupResource)
        {
            return Owner(PodState.Controller(item.Decode<V1ReplicaSet>().Metadata), Kind, item.Key.Namespace);
        }
        // Recreate waits for the last old pod to be gone: only a pod's end matters here, all else shows in the sets' status.
        return change.Type != ChangeType.Deleted ? []
            : PodOwners.Controller(item, SetKind) is { } name && api.Find<V1ReplicaSet>(item.Key.Namespace, name) is { } owner
                ? Owner(PodState.Controller(owner.Metadata), Kind, item.Key.Namespace) : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1Deployment>() is not { } deployment)
        {
            return null;
        }
        var all = sets.Of(deployment).ToList();
        var current = all.Where(set => TemplateHash.Same(set.Spec.Template, deployment.Spec.Template)).MinBy(set => set.Metadata.CreationTimestamp);
        if (deployment.Metadata.DeletionTimestamp is null)
        {
            current = await AdvanceAsync(deployment, current, all, cancellationToken).ConfigureAwait(false);
            all = [.. sets.Of(deployment)];
            current = current is null ? null : all.FirstOrDefault(set => set.Metadata.Uid == current.Metadata.Uid);
        }
        var (status, wait) = await WriteStatusAsync(deployment, current, all, cancellationToken).ConfigureAwait(false);
        await rollback.ReactAsync(deployment, status, current, all, cancellationToken).ConfigureAwait(false);
        return wait;
    }

    private async Task<V1ReplicaSet?> AdvanceAsync(V1Deployment deployment, V1ReplicaSet? current, List<V1ReplicaSet> all, CancellationToken cancellationToken)
    {
        var bounds = RollingBounds.Of(deployment);
        var replicas = deployment.Spec.Replicas ?? 1;
        var rolling = deployment.Spec.Strategy.Type == DeploymentRules.RollingUpdate;
        var old = all.Where(set => set.Metadata.Uid != current?.Metadata.Uid).ToArray();
        // The size was changed in the middle of a rollout: the change is shared out first, then the rollout goes on.
        var resized = all.Any(set => (set.Spec.Replicas ?? 0) > 0 && DeploymentSets.DesiredReplicas(set) is { } noted && noted != replicas);
        if (deployment.Spec.Paused == true || (resized && current is not null))
        {
            var plan = DeploymentPlanner.Scale(replicas, bounds, rolling, current is null ? null : State(current), [.. old.Select(State)]);
            await ScaleAsync(deployment, all, plan, current, noteAll: true, cancellationToken).ConfigureAwait(false);
            return current;
        }
        current = await EnsureCurrentAsync(deployment, current, old, bounds, rolling, cancellationToken).ConfigureAwait(false);
        if (current is null)
        {
            return null;
        }
        var step = rolling
            ? DeploymentPlanner.Roll(replicas, bounds, State(current), [.. old.Select(State)])
            : DeploymentPlanner.Recreate(replicas, State(current), [.. old.Select(State)], OldPodsRemain(old));
        await ScaleAsync(deployment, [current, .. old], step, current, noteAll: false, cancellationToken).ConfigureAwait(false);
        await TrimHistoryAsync(deployment, old, cancellationToken).ConfigureAwait(false);
        return current;
    }

    private async Task<V1ReplicaSet?> EnsureCurrentAsync(V1Deployment deployment, V1ReplicaSet? current, V1ReplicaSet[] old, RollingBounds bounds, bool rolling,
        CancellationToken cancellationToken)
    {
        var revision = old.Select(set => DeploymentSets.Revision(set.Metadata)).DefaultIfEmpty(0).Max() + 1;
        if (current is null)
        {
            var total = old.Sum(set => set.Spec.Replicas ?? 0);
            var replicas = deployment.Spec.Replicas ?? 1;
            var first = rolling ? Math.Clamp(replicas + bounds.MaxSurge - total, 0, replicas) : total == 0 && !OldPodsRemain(old) ? replicas : 0;
            current = await sets.CreateAsync(deployment, first, revision, cancellationToken).ConfigureAwait(false);
            if (current is null)
            {
                await CountCollisionAsync(deployment, cancellationToken).ConfigureAwait(false);
                return null;
            }
            await events.NormalAsync(deployment, Component, "ScalingReplicaSet", $"Scaled up replica set {current.Metadata.Name} to {first}", cancellationToken).ConfigureAwait(false);
        }
        else if (DeploymentSets.Revision(current.Metadata) < revision)
        {
            // An old template came back: its set is the newest revision now.
            current = await sets.ChangeAsync(deployment, current, current.Spec.Replicas ?? 0, revision, cancellationToken).ConfigureAwait(false);
        }
        await NoteRevisionAsync(deployment, DeploymentSets.Revision(current.Metadata), cancellationToken).ConfigureAwait(false);
        return current;
    }

    private async Task ScaleAsync(V1Deployment deployment, IReadOnlyCollection<V1ReplicaSet> all, IReadOnlyDictionary<string, int> plan, V1ReplicaSet? current, bool noteAll,
        CancellationToken cancellationToken)
    {
        foreach (var set in all)
        {
            var before = set.Spec.Replicas ?? 0;
            var scales = plan.TryGetValue(set.Metadata.Name, out var replicas);
            if (!scales && !noteAll && !(set.Metadata.Uid == current?.Metadata.Uid && DeploymentSets.DesiredReplicas(set) != deployment.Spec.Replicas))
            {
                continue;
            }
            await sets.ChangeAsync(deployment, set, scales ? replicas : before, null, cancellationToken).ConfigureAwait(false);
            if (scales)
            {
                await events.NormalAsync(deployment, Component, "ScalingReplicaSet",
                    $"Scaled {(replicas > before ? "up" : "down")} replica set {set.Metadata.Name} to {replicas} from {before}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TrimHistoryAsync(V1Deployment deployment, V1ReplicaSet[] old, CancellationToken cancellationToken)
    {
        var finished = old.Where(set => (set.Spec.Replicas ?? 0) == 0 && (set.Status?.Replicas ?? 0) == 0
            && !(AutomaticRollback.IsAskedFor(deployment) && set.Metadata.Name == AutomaticRollback.LastGood(deployment))
            && set.Metadata.DeletionTimestamp is null && set.Status?.ObservedGeneration >= set.Metadata.Generation).ToArray();
        var surplus = finished.Length - (deployment.Spec.RevisionHistoryLimit ?? int.MaxValue);
        foreach (var set in finished.OrderBy(set => DeploymentSets.Revision(set.Metadata)).Take(Math.Max(0, surplus)))
        {
            await deletion.DeleteAsync(SetKind, set.Metadata.NamespaceProperty, set.Metadata.Name, new() { Uid = set.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(V1DeploymentStatus Status, TimeSpan? Wait)> WriteStatusAsync(V1Deployment deployment, V1ReplicaSet? current, List<V1ReplicaSet> all, CancellationToken cancellationToken)
    {
        var now = api.Time.GetUtcNow().UtcDateTime;
        var status = DeploymentStatus.Of(deployment, current, all, now);
        await api.UpdateAsync(Kind, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, status: true, tree =>
        {
            // Counted on the newest object only: a spec that changed meanwhile is reconciled again.
            tree["status"] = ModelJson.ToTree(status);
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return (status, DeploymentStatus.UntilDeadline(deployment, status, now) is { } wait
            ? wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1)
            : null);
    }

    private Task<CachedObject> NoteRevisionAsync(V1Deployment deployment, long revision, CancellationToken cancellationToken) =>
        api.UpdateAsync(Kind, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, status: false, current =>
        {
            var metadata = AdmissionChain.Metadata(current);
            if (metadata["annotations"] is not JsonObject annotations)
            {
                metadata["annotations"] = annotations = [];
            }
            annotations[WellKnown.DeploymentRevision] = revision.ToString(CultureInfo.InvariantCulture);
            return current;
        }, WriteOptions.Default, cancellationToken);

    private Task<CachedObject> CountCollisionAsync(V1Deployment deployment, CancellationToken cancellationToken) =>
        api.UpdateAsync(Kind, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, status: true, current =>
        {
            var status = current["status"] as JsonObject ?? [];
            status["collisionCount"] = (deployment.Status?.CollisionCount ?? 0) + 1;
            current["status"] = status.DeepClone();
            return current;
        }, WriteOptions.Default, cancellationToken);

    private bool OldPodsRemain(IEnumerable<V1ReplicaSet> old) => old.Any(set =>
        api.Cache.List(new("pods", set.Metadata.NamespaceProperty) { OwnerUid = set.Metadata.Uid }).Items
            .Any(pod => pod.Decode<V1Pod>().Status?.Phase is not ("Succeeded" or "Failed")));

    private static SetState State(V1ReplicaSet set) => new(set.Metadata.Name, set.Metadata.CreationTimestamp ?? default,
        set.Spec.Replicas ?? 0, set.Status?.AvailableReplicas ?? 0, DeploymentSets.MaxReplicas(set));

    private static IEnumerable<ObjectKey> Owner(V1OwnerReference? owner, ResourceKind kind, string @namespace) =>
        owner?.Kind == kind.Kind ? [ObjectKey.Of(kind, @namespace, owner.Name)] : [];
}
