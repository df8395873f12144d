using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.PodDisruptionBudgets;

/// <summary>Keeps a budget's status true. Evictions don't wait for it: they count anew.</summary>
internal sealed class DisruptionBudgetReconciler(ObjectApi api) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1PodDisruptionBudget>();
    private static readonly string[] Scalable = [.. Catalog.All.Where(kind => kind.HasSubresource("scale")).Select(kind => kind.GroupResource)];

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods", .. Scalable];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var key = change.Object.Key;
        if (key.Resource == Kind.GroupResource)
        {
            return [key];
        }
        var budgets = api.Cache.List(new(Kind.GroupResource, key.Namespace)).Items;
        // Which pods a controller's new size is about is only known by its pods: all budgets of the namespace look.
        return key.Resource != "pods" ? budgets.Select(item => item.Key)
            : budgets.Where(item => new[] { change.Object, change.Previous }.OfType<CachedObject>().Any(pod =>
                LabelSelector.From(item.Decode<V1PodDisruptionBudget>().Spec.Selector).Matches((IReadOnlyDictionary<string, string>)pod.Encoded.Labels))).Select(item => item.Key);
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is null)
        {
            return null;
        }
        TimeSpan? next = null;
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
        {
            // Counted on the very object that is written over, so that no eviction granted meanwhile is forgotten.
            var (status, look) = DisruptionBudgets.Judge(api, (V1PodDisruptionBudget)ModelJson.Decode(current, typeof(V1PodDisruptionBudget)));
            current["status"] = ModelJson.ToTree(status);
            next = look;
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return next;
    }
}
