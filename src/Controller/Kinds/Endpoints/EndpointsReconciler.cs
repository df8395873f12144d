using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Endpoints;

/// <summary>Keeps the Endpoints of services that have a selector true to their pods. Those of services without one are somebody's own.</summary>
internal sealed class EndpointsReconciler(ObjectApi api, EndpointPods pods) : Reconciler
{
    private const string OverCapacity = "endpoints.kubernetes.io/over-capacity";
    private static readonly ResourceKind Kind = Catalog.ForType<V1Service>();
    private static readonly ResourceKind Written = Catalog.ForType<V1Endpoints>();
    private readonly ServiceSelectors _selectors = new();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Written.GroupResource, "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var key = change.Object.Key;
        if (key.Resource == Kind.GroupResource)
        {
            _selectors.Apply(change);
            return [key];
        }
        return key.Resource == "pods" ? _selectors.Of(change) : [ObjectKey.Of(Kind, key.Namespace, key.Name)];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1Service>() is not { Metadata.DeletionTimestamp: null } service
            || service.Spec.Selector is not { Count: > 0 } || !ServiceTypes.HasAddress(service.Spec))
        {
            return null;
        }
        var (subsets, truncated) = EndpointsPlanner.Plan(service, ServiceEndpoints.Eligible(pods.Of(service)));
        var wanted = new JsonArray([.. subsets.Select(ModelJson.ToTree)]);
        if (api.Find(Written, key.Namespace, key.Name) is null)
        {
            await api.CreateAsync(Written, key.Namespace, Complete(new JsonObject { ["apiVersion"] = Written.ApiVersion, ["kind"] = Written.Kind }, service, wanted, truncated),
                WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            return null;
        }
        // A write that changes nothing is none.
        await api.UpdateAsync(Written, key.Namespace, key.Name, status: false, current => Complete(current, service, wanted, truncated), WriteOptions.Default, cancellationToken)
            .ConfigureAwait(false);
        return null;
    }

    private static JsonObject Complete(JsonObject tree, V1Service service, JsonArray subsets, bool truncated)
    {
        var metadata = AdmissionChain.Metadata(tree);
        metadata["name"] = service.Metadata.Name;
        var labels = SliceLabels.Inherited(service.Metadata.Labels, ServiceTypes.IsHeadless(service.Spec));
        metadata["labels"] = labels.Count > 0 ? new JsonObject([.. labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))]) : null;
        metadata["ownerReferences"] = new JsonArray(PodControl.Reference(service));
        var annotations = metadata["annotations"] as JsonObject ?? [];
        annotations.Remove(OverCapacity);
        if (truncated)
        {
            annotations[OverCapacity] = "truncated";
        }
        metadata["annotations"] = annotations.Count > 0 ? annotations.DeepClone() : null;
        tree["subsets"] = subsets.Count > 0 ? subsets.DeepClone() : null;
        return tree;
    }
}
