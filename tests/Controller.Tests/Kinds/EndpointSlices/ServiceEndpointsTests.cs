using k8s.Models;
using Orchestrator.Controller.Kinds.Endpoints;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Kinds.Services;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.EndpointSlices;

public sealed class ServiceEndpointsTests
{
    [Theory]
    // ready, on its way out, published when not ready -> ready, serving, terminating
    [InlineData(true, false, false, true, true, false)]
    [InlineData(false, false, false, false, false, false)]
    [InlineData(true, true, false, false, true, true)]
    [InlineData(false, true, false, false, false, true)]
    [InlineData(false, false, true, true, false, false)]
    [InlineData(true, true, true, true, true, true)]
    public void Group_StateOfAPod_IsThatOfItsEndpoint(bool ready, bool leaving, bool publish, bool isReady, bool isServing, bool isTerminating)
    {
        var service = Service(("", "80"));
        service.Spec.PublishNotReadyAddresses = publish;
        var endpoint = Assert.Single(Assert.Single(ServiceEndpoints.Group(service, [Pod("a", ready, leaving)])).Endpoints);
        Assert.Equal((isReady, isServing, isTerminating), (endpoint.Conditions.Ready, endpoint.Conditions.Serving, endpoint.Conditions.Terminating));
        Assert.Equal(("n1", "Pod", "a", "uid-a"), (endpoint.NodeName, endpoint.TargetRef.Kind, endpoint.TargetRef.Name, endpoint.TargetRef.Uid));
    }

    [Fact]
    public void Eligible_PodsWithoutAddressOrEnded_AreLeftOut() =>
        Assert.Equal("a", Assert.Single(ServiceEndpoints.Eligible([Pod("a"), Pod("b") with { Address = null }, Pod("c") with { HasEnded = true }])).Name);

    [Fact]
    public void Group_NamedTargetPort_IsEachPodsOwn()
    {
        var service = Service(("web", "http"), ("admin", "9000"));
        var groups = ServiceEndpoints.Group(service, [Pod("a", port: 8080), Pod("b", port: 8081), Pod("c", port: 8080), Pod("d")]);
        Assert.Equal(["web=8080,admin=9000: a c", "web=8081,admin=9000: b", "admin=9000: d"],
            groups.Select(group => $"{string.Join(',', group.Ports.Select(port => $"{port.Name}={port.Number}"))}: {string.Join(' ', group.Endpoints.Select(endpoint => endpoint.TargetRef.Name))}"));
        Assert.Empty(PortResolution.Unknown(service, [Pod("d"), Pod("a", port: 1)]));
        Assert.Equal("http", Assert.Single(PortResolution.Unknown(service, [Pod("d")])));
    }

    [Fact]
    public void Group_Hostname_OnlyWithinTheServiceThatThePodNames()
    {
        string? Name(string? subdomain) => ServiceEndpoints.Group(Service(("", "80")), [Pod("a") with { Hostname = "db-0", Subdomain = subdomain }])[0].Endpoints[0].Hostname;
        Assert.Equal(("db-0", null, null), (Name("web"), Name("other"), Name(null)));
    }

    [Fact]
    public void Plan_Endpoints_AreSplitByReadinessAndCut()
    {
        var service = Service(("web", "http"));
        var (subsets, truncated) = EndpointsPlanner.Plan(service, [Pod("a", port: 80), Pod("b", ready: false, port: 80), Pod("c", leaving: true, port: 80), Pod("d")]);
        var subset = Assert.Single(subsets);
        Assert.Equal(("a", "b", "web", 80, false), (Assert.Single(subset.Addresses).TargetRef.Name, Assert.Single(subset.NotReadyAddresses).TargetRef.Name, subset.Ports[0].Name, subset.Ports[0].Port, truncated));
        (subsets, truncated) = EndpointsPlanner.Plan(service, [.. Enumerable.Range(0, 1001).Select(i => Pod($"p{i}", ready: i > 0, port: 80))]);
        Assert.Equal((1000, null, true), (subsets[0].Addresses.Count, subsets[0].NotReadyAddresses, truncated));
    }

    private static V1Service Service(params (string Name, string Target)[] ports) => new()
    {
        Metadata = new() { Name = "web", NamespaceProperty = "default" },
        Spec = new() { Type = "ClusterIP", Ports = [.. ports.Select((port, i) => new V1ServicePort { Name = port.Name, Port = 80 + i, Protocol = "TCP", TargetPort = port.Target })] },
    };

    private static EndpointPod Pod(string name, bool ready = true, bool leaving = false, int? port = null) => EndpointPod.Of(new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = "uid-" + name, DeletionTimestamp = leaving ? DateTime.UnixEpoch : null },
        Spec = new() { NodeName = "n1", Containers = [new() { Name = "c", Ports = port is null ? null : [new() { Name = "http", ContainerPort = port.Value }] }] },
        Status = new() { Phase = "Running", PodIP = "127.70.0.2", Conditions = [new() { Type = "Ready", Status = ready ? "True" : "False" }] },
    });
}
