using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>Keeps the slices of services that have a selector true to their pods.</summary>
internal sealed class EndpointSliceReconciler(ObjectApi api, EndpointPods pods, SliceWriter writer, EventRecorder events) : Reconciler
{
    private const string Component = "endpoint-slice-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1Service>();
    private static readonly ResourceKind Slices = Catalog.ForType<V1EndpointSlice>();
    private readonly ServiceSelectors _selectors = new();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Slices.GroupResource, "pods"];

    public override int Workers => 4;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var key = change.Object.Key;
        if (key.Resource == Kind.GroupResource)
        {
            _selectors.Apply(change);
            return [key];
        }
        return key.Resource == "pods" ? _selectors.Of(change)
            : new[] { change.Object, change.Previous }.OfType<CachedObject>().Select(SliceLabels.Service).OfType<string>().Distinct().Select(name => ObjectKey.Of(Kind, key.Namespace, name));
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        // What is left of a service that is gone goes with its owner.
        if (api.Cache.Get(key)?.Decode<V1Service>() is not { Metadata.DeletionTimestamp: null } service)
        {
            return null;
        }
        var existing = writer.Read(key.Namespace, key.Name, SliceLabels.Controller);
        if (service.Spec.Selector is not { Count: > 0 } || !ServiceTypes.HasAddress(service.Spec))
        {
            await writer.DeleteAsync(existing, cancellationToken).ConfigureAwait(false);
            return null;
        }
        var eligible = ServiceEndpoints.Eligible(pods.Of(service));
        var labels = SliceLabels.Of(service.Metadata.Labels, key.Name, SliceLabels.Controller, ServiceTypes.IsHeadless(service.Spec));
        var plan = SlicePlanner.Plan(ServiceEndpoints.Group(service, eligible), existing, labels);
        if (plan.IsEmpty)
        {
            return null;
        }
        await writer.ApplyAsync(plan, service, key.Name, cancellationToken).ConfigureAwait(false);
        if (PortResolution.Unknown(service, eligible) is { Count: > 0 } unknown)
        {
            await events.WarningAsync(service, Component, "UnknownTargetPort",
                $"No pod has a port named {string.Join(", ", unknown.Select(name => $"\"{name}\""))}: connections to it go nowhere", cancellationToken).ConfigureAwait(false);
        }
        return null;
    }
}
