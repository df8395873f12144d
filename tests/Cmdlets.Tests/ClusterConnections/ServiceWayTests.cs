using k8s.Models;
using Orchestrator.Model.Network;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.ClusterConnections;

/// <summary>Which hop is said to fail, from what was found on the way.</summary>
public sealed class ServiceWayTests
{
    private static readonly V1ServicePort Http = new() { Name = "http", Port = 80, Protocol = "TCP" };
    private static readonly ConnectionTarget Front = new("10.96.0.20", 80);
    private static readonly ConnectionTarget Back = new("10.244.1.5", 8080);

    [Fact]
    public void AllWell_EveryHopPasses() => Assert.Equal(
        ["Name Passed", "Service Passed", "Endpoints Passed", "Proxy Passed", "Endpoint Passed", "Connection Passed"], Hops(Service(), [Slice()], Report()));

    [Fact]
    public void NameServerAway_IsTheNamesFault_AndTheRestIsToldAllTheSame()
    {
        var report = Report() with { Lookups = [Answer(null, error: "10.96.0.10:53: no answer within 2 s")] };
        Assert.Equal(["Name Failed", "Service Passed", "Endpoints Passed", "Proxy Passed", "Endpoint Passed", "Connection Passed"], Hops(Service(), [Slice()], report));
    }

    [Fact]
    public void NameOfAnotherAddress_IsTold()
    {
        var hop = Way(Service(), [Slice()]).Hops("node/n1", Report() with { Lookups = [Answer("10.96.0.99")] }).First();
        Assert.Equal((HopResult.Failed, "stands for 10.96.0.99, and should for 10.96.0.20"), (hop.Result, hop.Detail));
    }

    [Fact]
    public void NoReadyEndpoint_SaysWhy()
    {
        var way = Way(Service(), [Slice(ready: false)]);
        Assert.Equal([Front], way.Targets());
        var hops = way.Hops("node/n1", Report() with { Connections = [new(Front, "10.244.1.9", "Connection refused", 0, new("nftables", [], null))] }).ToArray();
        Assert.Equal(["Name Passed", "Service Passed", "Endpoints Failed", "Proxy Failed", "Connection Failed"], Show(hops));
        Assert.Equal("no pod has the labels app=web", hops[2].Detail);
    }

    [Fact]
    public void ProxyThatKnowsNothing_IsTheProxysFault()
    {
        var report = Report() with { Connections = [new(Back, "10.244.1.9", null, 1, null), new(Front, "10.244.1.9", "no answer within 3 s", 0, null)] };
        Assert.Equal(["Name Passed", "Service Passed", "Endpoints Passed", "Proxy Failed", "Endpoint Passed", "Connection Failed"], Hops(Service(), [Slice()], report));
    }

    [Fact]
    public void EndpointThatRefuses_IsTheEndpointsFault_AndNoRouteIsSaidSo()
    {
        var report = Report() with
        {
            Connections = [new(Back, null, "Network is unreachable", 0, null), new(Front, "10.244.1.9", "no answer within 3 s", 0, new("nftables", ["10.244.1.5:8080"], null))],
        };
        var hop = Way(Service(), [Slice()]).Hops("node/n1", report).Single(one => one.Hop == "Endpoint");
        Assert.Equal((HopResult.Failed, "no route: Network is unreachable"), (hop.Result, hop.Detail));
    }

    [Fact]
    public void Headless_IsItsPods_WithoutAProxy()
    {
        var service = Service();
        service.Spec.ClusterIP = "None";
        var way = Way(service, [Slice()]);
        Assert.Equal([Back], way.Targets());
        Assert.Equal(["Name Passed", "Service Passed", "Endpoints Passed", "Endpoint Passed"],
            Show(way.Hops("node/n1", new([Answer("10.244.1.5")], [new(Back, "10.244.1.9", null, 1, null)]))));
        Assert.Equal("Name Failed", Show(way.Hops("node/n1", new([Answer(null)], [new(Back, "10.244.1.9", null, 1, null)])))[0]);
    }

    [Fact]
    public void External_EndsWithItsName()
    {
        var service = Service();
        (service.Spec.Type, service.Spec.ClusterIP, service.Spec.ExternalName) = ("ExternalName", null, "db.example.com");
        Assert.Equal(["Name Passed", "Service Passed"], Show(Way(service, []).Hops("node/n1", new([Answer("db.example.com", "CNAME")], []))));
    }

    [Fact]
    public void Datagrams_AreSkipped()
    {
        var udp = new V1ServicePort { Name = "http", Port = 80, Protocol = "UDP" };
        var slice = Slice();
        slice.Ports[0].Protocol = "UDP";
        var way = new ServiceWay(Service(), [slice], [udp], "");
        var hops = way.Hops("node/n1", new([Answer("10.96.0.20")], [.. way.Targets().Select(target => new ConnectionReport(target, "10.244.1.9", null, 0, new("nftables", ["x"], null)))]));
        Assert.Equal(["Name Passed", "Service Passed", "Endpoints Passed", "Proxy Passed", "Endpoint Skipped", "Connection Skipped"], Show(hops));
    }

    private static string[] Hops(V1Service service, IReadOnlyList<V1EndpointSlice> slices, NetworkReport report) => Show(Way(service, slices).Hops("node/n1", report));

    private static string[] Show(IEnumerable<ConnectionHop> hops) => [.. hops.Select(hop => $"{hop.Hop} {hop.Result}")];

    private static ServiceWay Way(V1Service service, IReadOnlyList<V1EndpointSlice> slices) => new(service, slices, [Http], "no pod has the labels app=web");

    private static NetworkReport Report() => new(
        [Answer("10.96.0.20")], [new(Back, "10.244.1.9", null, 1, null), new(Front, "10.244.1.9", null, 1, new("nftables", ["10.244.1.5:8080"], null))]);

    private static NameAnswer Answer(string? data, string type = "A", string? error = null) => new(
        "web.shop.svc", "A", "web.shop.svc.cluster.local", error is null ? data is null ? "NXDOMAIN" : "NOERROR" : null,
        data is null ? [] : [new("web.shop.svc.cluster.local", type, 5, data)], "10.96.0.10:53", error, 1);

    private static V1Service Service() => new()
    {
        Metadata = new() { Name = "web", NamespaceProperty = "shop" }, Spec = new() { Type = "ClusterIP", ClusterIP = "10.96.0.20", Ports = [Http] },
    };

    private static V1EndpointSlice Slice(bool ready = true) => new()
    {
        Ports = [new() { Name = "http", Port = 8080, Protocol = "TCP" }], Endpoints = [new() { Addresses = ["10.244.1.5"], Conditions = new() { Ready = ready } }],
    };
}
