using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Controller.Kinds.Services;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>Endpoints that may share slices: of one address family, with the same ports.</summary>
internal sealed record SliceGroup(string AddressType, ImmutableArray<ResolvedPort> Ports, IReadOnlyList<V1Endpoint> Endpoints)
{
    public bool Fits(V1EndpointSlice slice) => slice.AddressType == AddressType
        && (slice.Ports ?? []).Select(port => new ResolvedPort(port.Name ?? "", port.Port, port.Protocol ?? "TCP", port.AppProtocol)).SequenceEqual(Ports);
}
