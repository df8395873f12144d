using System.Runtime.CompilerServices;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>The pods of services. Each state of a pod is decoded once, however many services and changes ask for it.</summary>
internal sealed class EndpointPods(ObjectCache cache)
{
    private readonly ConditionalWeakTable<CachedObject, EndpointPod> _read = [];

    public IReadOnlyList<EndpointPod> Of(V1Service service) =>
    [
        .. cache.List(new("pods", service.Metadata.NamespaceProperty) { Labels = LabelSelector.FromLabels(service.Spec.Selector) }).Items
            .Select(item => _read.GetValue(item, static seen => EndpointPod.Of(seen.Decode<V1Pod>()))),
    ];
}
