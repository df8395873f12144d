using System.Collections.Immutable;
using System.Net;
using k8s.Models;

namespace Orchestrator.Agent.Networking;

/// <summary>A service with all of its slices, as one moment had them.</summary>
internal sealed record ServiceState(V1Service Service, ImmutableArray<V1EndpointSlice> Slices)
{
    public ServiceName Name => new(Service.Metadata.NamespaceProperty, Service.Metadata.Name);

    /// <summary>Without an address of its own: its name stands for its endpoints.</summary>
    public bool IsHeadless => Service.Spec.ClusterIP == "None";

    public bool IsExternalName => Service.Spec.Type == "ExternalName";

    /// <summary>The service's own addresses; none for headless and external ones.</summary>
    public IEnumerable<IPAddress> Addresses =>
        (Service.Spec.ClusterIPs is { Count: > 0 } all ? all : [Service.Spec.ClusterIP ?? ""]).Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>();

    /// <summary>The places behind a port, each once; slices are joined to ports by name and protocol.</summary>
    public IEnumerable<Backend> Backends(V1ServicePort port) => (
        from slice in Slices
        where slice.AddressType is "IPv4" or "IPv6"
        from at in slice.Ports ?? []
        where (at.Name ?? "") == (port.Name ?? "") && (at.Protocol ?? "TCP") == (port.Protocol ?? "TCP") && at.Port is not null
        from endpoint in slice.Endpoints ?? []
        from text in endpoint.Addresses.Take(1) // The first only: an endpoint's addresses are interchangeable.
        where IPAddress.TryParse(text, out _)
        select Backend.Of(IPAddress.Parse(text), at.Port!.Value, endpoint)).DistinctBy(backend => (backend.Address, backend.Port));
}
