using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Controller.Kinds.Services;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>The endpoints that a service's pods make. Pure.</summary>
internal static class ServiceEndpoints
{
    /// <summary>Pods that have an address and have not ended; those on their way out are among them, marked as such.</summary>
    public static IReadOnlyList<EndpointPod> Eligible(IEnumerable<EndpointPod> pods) => [.. pods.Where(pod => pod is { Address: not null, HasEnded: false })];

    public static IReadOnlyList<SliceGroup> Group(V1Service service, IEnumerable<EndpointPod> eligible) =>
    [
        .. eligible.GroupBy(pod => PortResolution.Resolve(service, pod), PortsComparer.Instance)
            .Select(group => new SliceGroup("IPv4", group.Key, [.. group.Select(pod => Endpoint(service, pod))])),
    ];

    private static V1Endpoint Endpoint(V1Service service, EndpointPod pod) => new()
    {
        Addresses = [pod.Address!], // Eligible.
        Conditions = new()
        {
            Ready = service.Spec.PublishNotReadyAddresses == true || (pod.IsReady && !pod.IsTerminating),
            Serving = pod.IsReady,
            Terminating = pod.IsTerminating,
        },
        Hostname = Hostname(service, pod),
        NodeName = pod.NodeName,
        TargetRef = new() { Kind = "Pod", NamespaceProperty = pod.Namespace, Name = pod.Name, Uid = pod.Uid },
    };

    /// <summary>Its name within the service's, if it has asked for one there.</summary>
    public static string? Hostname(V1Service service, EndpointPod pod) => pod.Subdomain == service.Metadata.Name ? pod.Hostname : null;

    internal sealed class PortsComparer : IEqualityComparer<ImmutableArray<ResolvedPort>>
    {
        public static PortsComparer Instance { get; } = new();

        public bool Equals(ImmutableArray<ResolvedPort> x, ImmutableArray<ResolvedPort> y) => x.SequenceEqual(y);

        public int GetHashCode(ImmutableArray<ResolvedPort> obj) => obj.Aggregate(0, HashCode.Combine);
    }
}
