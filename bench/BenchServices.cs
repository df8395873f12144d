using k8s.Models;

namespace Orchestrator.Bench;

/// <summary>Services and slices as an agent sees them.</summary>
internal static class BenchServices
{
    public static V1Service Service(string name, string address) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = name },
        Spec = new() { Type = "ClusterIP", ClusterIP = address, ClusterIPs = [address], Ports = [new() { Name = "http", Port = 80, Protocol = "TCP", TargetPort = 8080 }] },
    };

    public static V1EndpointSlice Slice(string service, IEnumerable<string> ready) => new()
    {
        Metadata = new() { Name = $"{service}-a", NamespaceProperty = "default", Uid = $"{service}-a", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service } },
        AddressType = "IPv4",
        Ports = [new() { Name = "http", Port = 8080, Protocol = "TCP" }],
        Endpoints = [.. ready.Select(address => new V1Endpoint { Addresses = [address], Conditions = new() { Ready = true, Serving = true }, NodeName = "n1" })],
    };

    public static string PodAddress(int pod) => $"10.244.{pod / 250}.{(pod % 250) + 1}";
}
