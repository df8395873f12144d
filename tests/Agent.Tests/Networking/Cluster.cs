using k8s.Models;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Tests.Networking;

/// <summary>Services and slices as the API shows them, in few words.</summary>
internal static class Cluster
{
    public static V1Service Service(string name, string? address, params V1ServicePort[] ports) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "shop", Uid = name },
        Spec = new() { ClusterIP = address, ClusterIPs = address is null ? null : [address], Ports = ports, Type = "ClusterIP" },
    };

    public static V1ServicePort Port(string? name, int port, string protocol = "TCP") => new() { Name = name, Port = port, Protocol = protocol, TargetPort = port };

    public static V1EndpointSlice Slice(string service, string name, (string? Name, int Port)[] ports, params V1Endpoint[] endpoints) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "shop", Uid = name, Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service } },
        AddressType = "IPv4",
        Ports = [.. ports.Select(port => new Discoveryv1EndpointPort { Name = port.Name, Port = port.Port, Protocol = "TCP" })],
        Endpoints = endpoints,
    };

    public static V1Endpoint Endpoint(string address, bool ready = true, string? hostname = null, bool terminating = false) => new()
    {
        Addresses = [address], Hostname = hostname, Conditions = new() { Ready = ready && !terminating, Serving = ready, Terminating = terminating },
    };

    public static ServiceDirectory Put(this ServiceDirectory directory, V1Service service)
    {
        directory.Services.Apply(PodChange.Set, service);
        return directory;
    }

    public static ServiceDirectory Put(this ServiceDirectory directory, V1EndpointSlice slice)
    {
        directory.Slices.Apply(PodChange.Set, slice);
        return directory;
    }
}
