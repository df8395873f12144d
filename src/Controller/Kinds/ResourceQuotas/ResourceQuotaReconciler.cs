using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ResourceQuotas;

/// <summary>Says in each quota's status what is used of it.</summary>
internal sealed class ResourceQuotaReconciler(ObjectApi api, QuotaGate gate) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1ResourceQuota>();

    /// <summary>Kinds that come and go all the time and that nobody counts.</summary>
    private static readonly string[] Uncounted = ["events", "leases.coordination.k8s.io", "endpoints", "endpointslices.discovery.k8s.io"];

    public override IReadOnlyList<string> Sources { get; } = [.. Catalog.All.Where(kind => kind.Namespaced).Select(kind => kind.GroupResource).Except(Uncounted)];

    public override bool FollowsCustomResources => true;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) => change.Object.Key.Resource == Kind.GroupResource
        ? [change.Object.Key]
        : api.Cache.List(new(Kind.GroupResource, change.Object.Key.Namespace)).Items.Select(quota => quota.Key);

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1ResourceQuota>() is not { Metadata.DeletionTimestamp: null } quota)
        {
            return null;
        }
        var status = ModelJson.ToTree(new V1ResourceQuotaStatus
        {
            Hard = quota.Spec?.Hard,
            Used = gate.Used(quota, key.Namespace).ToDictionary(pair => pair.Key, pair => new ResourceQuantity(pair.Value.ToString())),
        });
        if (!JsonNode.DeepEquals(status, ModelJson.ToTree(quota.Status ?? new())))
        {
            await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
            {
                current["status"] = status.DeepClone();
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }
}
