using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ReplicaSets;

internal sealed class ReplicaSetReconciler(ObjectApi api, PodControl pods) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1ReplicaSet>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Object.Key.Resource == Kind.GroupResource ? [change.Object.Key] : PodOwners.Keys(api.Cache, change, Kind,
            set => LabelSelector.From(set.Decode<V1ReplicaSet>().Spec.Selector));

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1ReplicaSet>() is not { } set)
        {
            return null;
        }
        var mine = await pods.ClaimAsync(set, set.Spec.Selector, cancellationToken).ConfigureAwait(false);
        var plan = ReplicaSetPlanner.Plan(set, mine, api.Time.GetUtcNow().UtcDateTime);
        if (plan.Delete.Length > 0)
        {
            await pods.DeleteAsync(set, plan.Delete, cancellationToken).ConfigureAwait(false);
        }
        if (plan.Create > 0)
        {
            await pods.CreateAsync(set, set.Spec.Template, plan.Create, cancellationToken).ConfigureAwait(false);
        }
        if (plan.Create > 0 || plan.Delete.Length > 0)
        {
            // What was just written is in the cache: the status is told of the pods as they are now.
            mine = await pods.ClaimAsync(set, set.Spec.Selector, cancellationToken).ConfigureAwait(false);
            plan = ReplicaSetPlanner.Plan(set, mine, api.Time.GetUtcNow().UtcDateTime);
        }
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
        {
            current["status"] = ModelJson.ToTree(plan.Status);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return plan.NextLook;
    }
}
