using Orchestrator.Agent.Networking.Dns;
using Orchestrator.Agent.Pods;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>What the cluster's names stand for. Source: Kubernetes DNS-Based Service Discovery.</summary>
public sealed class ZoneTests
{
    private readonly TestDns _dns = new();

    [Fact]
    public void Service_HasItsAddressItsPortsAndItsWayBack()
    {
        _dns.Directory.Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80), Cluster.Port("dns", 53, "UDP")));
        Assert.Equal(["NoError", "A 10.96.0.20"], _dns.Ask("web.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["NoError", "Srv 80 web.shop.svc.cluster.local", "A 10.96.0.20"], _dns.Ask("_http._tcp.web.shop.svc.cluster.local", DnsType.Srv));
        Assert.Equal(["NoError", "Srv 53 web.shop.svc.cluster.local", "A 10.96.0.20"], _dns.Ask("_dns._udp.web.shop.svc.cluster.local", DnsType.Srv));
        Assert.Equal(["NoError", "Ptr web.shop.svc.cluster.local"], _dns.Ask("20.0.96.10.in-addr.arpa", DnsType.Ptr));
    }

    [Fact]
    public void Name_WithoutRecordsOfTheType_IsNoErrorWithAnAuthority()
    {
        _dns.Directory.Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80)));
        foreach (var name in new[] { "web.shop.svc.cluster.local", "shop.svc.cluster.local", "_tcp.web.shop.svc.cluster.local", "svc.cluster.local", "cluster.local" })
        {
            Assert.Equal(["NoError", "Soa "], _dns.Ask(name, DnsType.Aaaa));
        }
    }

    [Fact]
    public void Name_Unknown_IsNoSuchNameInTheZone_AndOthersAreAskedForTheRest()
    {
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask("web.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask("nothing.cluster.local", DnsType.A));
        Assert.Equal(["forward example.com"], _dns.Ask("Example.COM", DnsType.A));
        Assert.Equal(["forward notcluster.local"], _dns.Ask("notcluster.local", DnsType.A));
        Assert.Equal(["forward 1.1.1.1.in-addr.arpa"], _dns.Ask("1.1.1.1.in-addr.arpa", DnsType.Ptr));
    }

    [Fact]
    public void Headless_StandsForItsReadyMembers_EachWithANameOfItsOwn()
    {
        _dns.Directory.Put(Cluster.Service("zk", "None", Cluster.Port("client", 2181)))
            .Put(Cluster.Slice("zk", "zk-a", [("client", 2181)], Cluster.Endpoint("10.1.0.5", hostname: "zk-1"), Cluster.Endpoint("10.1.0.6"), Cluster.Endpoint("10.1.0.7", ready: false)));
        var members = _dns.Ask("zk.shop.svc.cluster.local", DnsType.A);
        Assert.Equal(["A 10.1.0.5", "A 10.1.0.6"], members[1..].Order());
        Assert.Equal(["NoError", "A 10.1.0.5"], _dns.Ask("zk-1.zk.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["NoError", "A 10.1.0.6"], _dns.Ask("10-1-0-6.zk.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["Srv 2181 10-1-0-6.zk.shop.svc.cluster.local", "Srv 2181 zk-1.zk.shop.svc.cluster.local"],
            _dns.Ask("_client._tcp.zk.shop.svc.cluster.local", DnsType.Srv)[1..].Where(line => line.StartsWith("Srv", StringComparison.Ordinal)).Order());
        Assert.Equal(["NoError", "Ptr zk-1.zk.shop.svc.cluster.local"], _dns.Ask("5.0.1.10.in-addr.arpa", DnsType.Ptr));
    }

    [Fact]
    public void Headless_ItsMembersGone_HasNoName()
    {
        var slice = Cluster.Slice("zk", "zk-a", [], Cluster.Endpoint("10.1.0.5", hostname: "zk-1"));
        _dns.Directory.Put(Cluster.Service("zk", "None")).Put(slice);
        _dns.Directory.Slices.Apply(PodChange.Removed, slice);
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask("zk.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask("zk-1.zk.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["forward 5.0.1.10.in-addr.arpa"], _dns.Ask("5.0.1.10.in-addr.arpa", DnsType.Ptr));
    }

    [Fact]
    public void Headless_ItsMembersAnswersTakeTurns()
    {
        _dns.Directory.Put(Cluster.Service("zk", "None")).Put(Cluster.Slice("zk", "zk-a", [], Cluster.Endpoint("10.1.0.5"), Cluster.Endpoint("10.1.0.6")));
        Assert.Equal(2, Enumerable.Range(0, 4).Select(_ => _dns.Ask("zk.shop.svc.cluster.local", DnsType.A)[1]).Distinct().Count());
    }

    [Fact]
    public void MemberOfTwoServices_KeepsTheOtherWayBack_WhenOneGoes()
    {
        var first = Cluster.Service("one", "None");
        _dns.Directory.Put(first).Put(Cluster.Service("two", "None"))
            .Put(Cluster.Slice("one", "one-a", [], Cluster.Endpoint("10.1.0.5"))).Put(Cluster.Slice("two", "two-a", [], Cluster.Endpoint("10.1.0.5")));
        Assert.Equal(3, _dns.Ask("5.0.1.10.in-addr.arpa", DnsType.Ptr).Length);
        _dns.Directory.Services.Apply(PodChange.Removed, first);
        Assert.Equal(["NoError", "Ptr 10-1-0-5.two.shop.svc.cluster.local"], _dns.Ask("5.0.1.10.in-addr.arpa", DnsType.Ptr));
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask("one.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["NoError", "Soa "], _dns.Ask("shop.svc.cluster.local", DnsType.A));
    }

    [Fact]
    public void ExternalName_IsAnAlias_FollowedInTheZoneAndAskedElsewhere()
    {
        var near = Cluster.Service("near", null);
        (near.Spec.Type, near.Spec.ExternalName) = ("ExternalName", "web.shop.svc.cluster.local");
        var far = Cluster.Service("far", null);
        (far.Spec.Type, far.Spec.ExternalName) = ("ExternalName", "DB.example.com.");
        var round = Cluster.Service("round", null);
        (round.Spec.Type, round.Spec.ExternalName) = ("ExternalName", "round.shop.svc.cluster.local");
        _dns.Directory.Put(Cluster.Service("web", "10.96.0.20")).Put(near).Put(far).Put(round);
        Assert.Equal(["NoError", "Cname web.shop.svc.cluster.local", "A 10.96.0.20"], _dns.Ask("near.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["forward db.example.com"], _dns.Ask("far.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["NoError", "Cname db.example.com"], _dns.Ask("far.shop.svc.cluster.local", DnsType.Cname));
        Assert.Equal("ServerFailure", _dns.Ask("round.shop.svc.cluster.local", DnsType.A)[0]);
    }

    [Theory]
    [InlineData("10-1-0-9.shop.pod.cluster.local", "A 10.1.0.9")]
    [InlineData("10-1-0-999.shop.pod.cluster.local", null)]
    [InlineData("10-1-0.shop.pod.cluster.local", null)]
    [InlineData("10-1-0-9.x.shop.pod.cluster.local", null)]
    public void Pod_HasItsAddressForAName(string name, string? expected) =>
        Assert.Equal(expected is null ? ["NoSuchName", "Soa "] : ["NoError", expected], _dns.Ask(name, DnsType.A));

    [Fact]
    public void Version_IsTold() => Assert.Equal(["NoError", "Txt 1.1.0"], _dns.Ask("dns-version.cluster.local", DnsType.Txt));

    [Fact]
    public void ServiceChanges_AreAnsweredAtOnce()
    {
        _dns.Directory.Put(Cluster.Service("web", "10.96.0.20"));
        _dns.Directory.Put(Cluster.Service("web", "10.96.0.21"));
        Assert.Equal(["NoError", "A 10.96.0.21"], _dns.Ask("web.shop.svc.cluster.local", DnsType.A));
        Assert.Equal(["forward 20.0.96.10.in-addr.arpa"], _dns.Ask("20.0.96.10.in-addr.arpa", DnsType.Ptr));
    }

    [Fact]
    public void RelistedDirectory_ForgetsWhatIsGone()
    {
        _dns.Directory.Put(Cluster.Service("old", "10.96.0.20"));
        _dns.Directory.Services.Replace([Cluster.Service("new", "10.96.0.21")]);
        Assert.Equal("NoSuchName", _dns.Ask("old.shop.svc.cluster.local", DnsType.A)[0]);
        Assert.Equal(["NoError", "A 10.96.0.21"], _dns.Ask("new.shop.svc.cluster.local", DnsType.A));
    }
}
