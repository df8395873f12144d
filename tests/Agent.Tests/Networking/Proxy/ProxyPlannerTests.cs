using k8s.Models;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Proxy;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Proxy;

public sealed class ProxyPlannerTests
{
    private readonly ServiceDirectory _directory = new();

    [Fact]
    public void Ready_GetNew_TerminatingKeepTheirs_UnreadyNeither()
    {
        Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80)),
            Cluster.Endpoint("10.244.0.2"), Cluster.Endpoint("10.244.0.3", ready: false), Cluster.Endpoint("10.244.0.4", terminating: true));
        var rule = Assert.Single(Rules());
        Assert.Equal("10.96.0.20:80/tcp", rule.At.ToString());
        Assert.Equal(["10.244.0.2:8080"], rule.Targets.Select(target => target.ToString()));
        Assert.Equal(["10.244.0.2:8080", "10.244.0.4:8080"], rule.Keeping.Select(target => target.ToString()));
    }

    [Fact]
    public void NoneReady_ThoseThatStillServeOnTheirWayOutGetNew()
    {
        Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80)), Cluster.Endpoint("10.244.0.3", ready: false), Cluster.Endpoint("10.244.0.4", terminating: true));
        Assert.Equal(["10.244.0.4:8080"], Assert.Single(Rules()).Targets.Select(target => target.ToString()));
    }

    [Theory]
    [InlineData("None", "ClusterIP")]
    [InlineData(null, "ExternalName")]
    public void WithoutAnAddressOfItsOwn_HasNoRules(string? address, string type)
    {
        var service = Cluster.Service("web", address, Cluster.Port("http", 80));
        service.Spec.Type = type;
        Put(service, Cluster.Endpoint("10.244.0.2"));
        Assert.Empty(Rules());
    }

    [Fact]
    public void NodePort_IsOnAllAddresses_AndHidesTheClientUnlessItStaysOnThisNode()
    {
        var service = Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80));
        (service.Spec.Type, service.Spec.Ports[0].NodePort) = ("NodePort", 30080);
        Put(service, On("n1", "10.244.0.2"), On("n2", "10.244.1.2"));
        Assert.Equal(["10.96.0.20:80/tcp 2 False", "*:30080/tcp 2 True"], Rules().Select(Show));
        service.Spec.ExternalTrafficPolicy = "Local";
        Assert.Equal(["10.96.0.20:80/tcp 2 False", "*:30080/tcp 1 False"], Rules().Select(Show));
        service.Spec.InternalTrafficPolicy = "Local";
        Assert.Equal(["10.96.0.20:80/tcp 1 False", "*:30080/tcp 1 False"], Rules().Select(Show));

        static string Show(ProxyRule rule) => $"{rule.At} {rule.Targets.Length} {rule.HidesClient}";
    }

    [Fact]
    public void LoopbackAddress_OfAnotherMachine_IsNobodyFromHere()
    {
        Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80)), On("n1", "127.64.0.2"), On("n2", "127.64.1.2"));
        Assert.Equal(["127.64.0.2:8080"], Assert.Single(Rules()).Targets.Select(target => target.ToString()));
    }

    [Fact]
    public void Affinity_HasItsTimeout_ThreeHoursUnlessItSaysSo()
    {
        var service = Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80));
        service.Spec.SessionAffinity = "ClientIP";
        Put(service, Cluster.Endpoint("10.244.0.2"));
        Assert.Equal(TimeSpan.FromHours(3), Assert.Single(Rules()).Affinity);
        service.Spec.SessionAffinityConfig = new() { ClientIP = new() { TimeoutSeconds = 7 } };
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.Single(Rules()).Affinity);
    }

    [Fact]
    public void Sctp_IsNotProxied_OtherPortsAre()
    {
        Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80), Cluster.Port("signal", 81, "SCTP")), Cluster.Endpoint("10.244.0.2"));
        Assert.Equal(["10.96.0.20:80/tcp"], Rules().Select(rule => rule.At.ToString()));
    }

    private System.Collections.Immutable.ImmutableArray<ProxyRule> Rules() => ProxyPlanner.Of(_directory.States.Values.Single(), node => node == "n1");

    private void Put(V1Service service, params V1Endpoint[] endpoints) => _directory.Put(service).Put(Cluster.Slice("web", "web-1", [("http", 8080)], endpoints));

    private static V1Endpoint On(string node, string address)
    {
        var endpoint = Cluster.Endpoint(address);
        endpoint.NodeName = node;
        return endpoint;
    }
}
