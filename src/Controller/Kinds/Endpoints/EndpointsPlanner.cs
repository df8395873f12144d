using k8s.Models;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Kinds.Services;

namespace Orchestrator.Controller.Kinds.Endpoints;

/// <summary>The subsets that a service's pods make: one for each set of ports. Pure.</summary>
internal static class EndpointsPlanner
{
    /// <summary>Addresses in one object; the rest is only in slices. Source: Kubernetes documentation, "Over-capacity endpoints".</summary>
    public const int MaxAddresses = 1000;

    /// <returns>The subsets, and whether some addresses were left out.</returns>
    public static (IList<V1EndpointSubset> Subsets, bool Truncated) Plan(V1Service service, IReadOnlyCollection<EndpointPod> eligible)
    {
        var publish = service.Spec.PublishNotReadyAddresses == true;
        // Unlike slices, Endpoints have no word for what is on its way out.
        var shown = eligible.Where(pod => publish || !pod.IsTerminating)
            .Where(pod => service.Spec.Ports is not { Count: > 0 } || PortResolution.Resolve(service, pod).Length > 0)
            .OrderByDescending(pod => publish || pod.IsReady).ThenBy(pod => pod.Name, StringComparer.Ordinal).ToArray();
        var subsets = shown.Take(MaxAddresses).GroupBy(pod => PortResolution.Resolve(service, pod), ServiceEndpoints.PortsComparer.Instance).Select(group => new V1EndpointSubset
        {
            Addresses = Addresses(service, group.Where(pod => publish || pod.IsReady)),
            NotReadyAddresses = Addresses(service, group.Where(pod => !publish && !pod.IsReady)),
            Ports = group.Key.IsEmpty ? null
                : [.. group.Key.Select(port => new Corev1EndpointPort { Name = port.Name.Length > 0 ? port.Name : null, Port = port.Number ?? 0, Protocol = port.Protocol, AppProtocol = port.AppProtocol })],
        }).ToArray();
        return (subsets, shown.Length > MaxAddresses);
    }

    private static List<V1EndpointAddress>? Addresses(V1Service service, IEnumerable<EndpointPod> pods)
    {
        var addresses = pods.Select(pod => new V1EndpointAddress
        {
            Ip = pod.Address, NodeName = pod.NodeName, Hostname = ServiceEndpoints.Hostname(service, pod),
            TargetRef = new() { Kind = "Pod", NamespaceProperty = pod.Namespace, Name = pod.Name, Uid = pod.Uid },
        }).ToList();
        return addresses.Count > 0 ? addresses : null;
    }
}
