using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.ControllerRevisions;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.StatefulSets;

internal sealed class StatefulSetReconciler(ObjectApi api, PodControl pods, ClaimKeeper claims, Revisions revisions) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1StatefulSet>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods", "persistentvolumeclaims"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Object.Key.Resource == Kind.GroupResource ? [change.Object.Key]
        // Only a claim that has gone makes way for anything.
        : change.Object.Key.Resource == "persistentvolumeclaims" ? change.Type == ChangeType.Deleted ? Having(change.Object.Key) : [] : PodOwners.Keys(api.Cache, change, Kind, Selector);

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1StatefulSet>() is not { } set)
        {
            return null;
        }
        var history = revisions.Of(set);
        var update = set.Metadata.DeletionTimestamp is not null && history.Count > 0 ? history[^1]
            : await revisions.EnsureAsync(set, set.Spec.Template, history, set.Status?.CollisionCount, cancellationToken).ConfigureAwait(false);
        if (update is null)
        {
            await CountCollisionAsync(key, cancellationToken).ConfigureAwait(false);
            return null;
        }
        var current = history.FirstOrDefault(revision => revision.Metadata.Name == set.Status?.CurrentRevision) ?? update;
        var names = new StatefulSetRevisions(current.Metadata.Name, update.Metadata.Name);
        var mine = await ClaimAsync(set, cancellationToken).ConfigureAwait(false);
        var plan = StatefulSetPlanner.Plan(set, names, mine, api.Time.GetUtcNow().UtcDateTime);
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = set.Metadata.Uid;
            tree["status"] = ModelJson.ToTree(plan.Status);
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        await claims.OwnAsync(set, mine, cancellationToken).ConfigureAwait(false);
        await pods.DeleteAsync(set, plan.Delete, cancellationToken).ConfigureAwait(false);
        List<(int Ordinal, string Revision)> create = [];
        foreach (var item in plan.Create)
        {
            if (await claims.EnsureAsync(set, item.Ordinal, cancellationToken).ConfigureAwait(false))
            {
                create.Add(item);
            }
        }
        await pods.CreateAsync(set, create.Select(item => Make(set, item.Ordinal, item.Revision == current.Metadata.Name ? current : update)), cancellationToken).ConfigureAwait(false);
        var used = mine.Select(StatefulSetPods.Revision).OfType<string>().Append(plan.Status.CurrentRevision).Append(plan.Status.UpdateRevision).ToHashSet();
        await revisions.TrimAsync(revisions.Of(set), used, set.Spec.RevisionHistoryLimit ?? int.MaxValue, cancellationToken).ConfigureAwait(false);
        return plan.NextLook;
    }

    private Task<IReadOnlyList<V1Pod>> ClaimAsync(V1StatefulSet set, CancellationToken cancellationToken) =>
        pods.ClaimAsync(set, set.Spec.Selector, cancellationToken, name => StatefulSetPods.Ordinal(set, name) is not null);

    private static V1Pod Make(V1StatefulSet set, int ordinal, V1ControllerRevision revision) =>
        StatefulSetClaims.Mount(set, ordinal, StatefulSetPods.Make(set, ordinal, revision.Metadata.Name, Revisions.Template(revision) ?? set.Spec.Template));

    private IEnumerable<ObjectKey> Having(ObjectKey claim) => api.Cache.List(new(Kind.GroupResource, claim.Namespace)).Items
        .Where(item => StatefulSetClaims.Ordinal(item.Decode<V1StatefulSet>(), claim.Name) is not null).Select(item => item.Key);

    private Task<CachedObject> CountCollisionAsync(ObjectKey key, CancellationToken cancellationToken) =>
        api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
        {
            var status = current["status"] as JsonObject ?? [];
            status["collisionCount"] = (int)(status["collisionCount"] ?? 0) + 1;
            current["status"] = status.DeepClone();
            return current;
        }, WriteOptions.Default, cancellationToken);

    private static LabelSelector Selector(CachedObject item) => LabelSelector.From(item.Decode<V1StatefulSet>().Spec.Selector);
}
