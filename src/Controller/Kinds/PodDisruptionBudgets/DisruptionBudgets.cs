using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PodDisruptionBudgets;

/// <summary>Budgets and the pods that they cover, read from the cache, which is never behind a write.</summary>
internal static class DisruptionBudgets
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1PodDisruptionBudget>();

    public static IReadOnlyList<V1PodDisruptionBudget> Covering(ObjectCache cache, string @namespace, IReadOnlyDictionary<string, string> labels) =>
    [
        .. cache.List(new(Kind.GroupResource, @namespace)).Items.Select(item => item.Decode<V1PodDisruptionBudget>())
            .Where(budget => LabelSelector.From(budget.Spec.Selector).Matches(labels)),
    ];

    public static (V1PodDisruptionBudgetStatus Status, TimeSpan? NextLook) Judge(ObjectApi api, V1PodDisruptionBudget budget)
    {
        var covered = api.Cache.List(new("pods", budget.Metadata.NamespaceProperty) { Labels = LabelSelector.From(budget.Spec.Selector) }).Items
            .Select(item => item.Decode<V1Pod>()).ToArray();
        return DisruptionPlanner.Plan(budget, covered, Scale(api.Cache, covered), api.Time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Replicas that the controllers of these pods want together; null when a pod has none, or one that says no number.</summary>
    private static int? Scale(ObjectCache cache, IEnumerable<V1Pod> pods)
    {
        var total = 0;
        foreach (var owner in pods.Select(pod => (pod.Metadata.NamespaceProperty, Owner: PodState.Controller(pod.Metadata))).DistinctBy(item => item.Owner?.Uid)
            .Select(item => Top(cache, item.NamespaceProperty, item.Owner)).DistinctBy(item => item?.Uid))
        {
            if (owner?.Replicas is not { } replicas)
            {
                return null;
            }
            total += replicas;
        }
        return total;
    }

    /// <summary>The controller that decides: of a ReplicaSet with a Deployment, the Deployment.</summary>
    private static (string Uid, int? Replicas)? Top(ObjectCache cache, string @namespace, V1OwnerReference? owner)
    {
        if (owner is null || Catalog.ForKind(owner.ApiVersion, owner.Kind) is not { } kind || !kind.HasSubresource("scale")
            || cache.Get(ObjectKey.Of(kind, @namespace, owner.Name)) is not { } item || item.Encoded.Uid != owner.Uid)
        {
            return null;
        }
        var tree = Model.Json.JsonTree.ParseObject(item.Bytes);
        var above = (tree["metadata"]?["ownerReferences"] as JsonArray ?? []).FirstOrDefault(reference => (bool?)reference?["controller"] == true);
        var upper = above is null ? null : Top(cache, @namespace, new V1OwnerReference
        {
            ApiVersion = (string?)above["apiVersion"], Kind = (string?)above["kind"], Name = (string?)above["name"], Uid = (string?)above["uid"],
        });
        return upper ?? (item.Encoded.Uid, (int?)tree["spec"]?["replicas"]);
    }
}
