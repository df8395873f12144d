using k8s.Models;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>What is to be done to a service's slices; each named at most once.</summary>
internal sealed record SlicePlan(IReadOnlyList<V1EndpointSlice> Create, IReadOnlyList<V1EndpointSlice> Update, IReadOnlyList<V1EndpointSlice> Delete)
{
    public bool IsEmpty => Create.Count + Update.Count + Delete.Count == 0;
}
