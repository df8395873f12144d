using System.Net;
using Orchestrator.Agent.Networking.Dns;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>Kubernetes DNS-Based Service Discovery, section by section; each test is named after the one that it holds.</summary>
public sealed class SpecificationTests
{
    private const string Zone = "cluster.local";
    private readonly TestDns _dns = new();

    [Fact]
    public void Section21_ComparisonsAreCaseInsensitive()
    {
        _dns.Directory.Put(Cluster.Service("kubernetes", "10.3.0.1"));
        Assert.Equal(["NoError", "A 10.3.0.1"], _dns.Ask("KUBERNETES.Shop.sVC.Cluster.LOCAL", DnsType.A));
    }

    [Fact]
    public void Section22_SchemaVersion_IsASemanticVersion() =>
        Assert.Matches(@"^Txt \d+\.\d+\.\d+$", Assert.Single(_dns.Ask($"dns-version.{Zone}", DnsType.Txt)[1..]));

    [Fact]
    public void Section231_ClusterIP_HasAddressRecordsOfBothFamilies()
    {
        var service = Cluster.Service("kubernetes", "10.3.0.1");
        service.Spec.ClusterIPs = ["10.3.0.1", "fd00::1"];
        _dns.Directory.Put(service);
        Assert.Equal(["NoError", "A 10.3.0.1"], _dns.Ask($"kubernetes.shop.svc.{Zone}", DnsType.A));
        Assert.Equal(["NoError", "Aaaa fd00::1"], _dns.Ask($"kubernetes.shop.svc.{Zone}", DnsType.Aaaa));
    }

    [Fact]
    public void Section232_EachNamedPort_HasAnSrvRecord_WithTheAddressBesideIt()
    {
        _dns.Directory.Put(Cluster.Service("kubernetes", "10.3.0.1", Cluster.Port("https", 443), Cluster.Port("dns", 53, "UDP")));
        Assert.Equal(["NoError", $"Srv 443 kubernetes.shop.svc.{Zone}", "A 10.3.0.1"], _dns.Ask($"_https._tcp.kubernetes.shop.svc.{Zone}", DnsType.Srv));
        Assert.Equal(["NoError", $"Srv 53 kubernetes.shop.svc.{Zone}", "A 10.3.0.1"], _dns.Ask($"_dns._udp.kubernetes.shop.svc.{Zone}", DnsType.Srv));
        // A name that is not there, and one that is not with this protocol.
        Assert.Equal("NoSuchName", _dns.Ask($"_http._tcp.kubernetes.shop.svc.{Zone}", DnsType.Srv)[0]);
        Assert.Equal("NoSuchName", _dns.Ask($"_dns._tcp.kubernetes.shop.svc.{Zone}", DnsType.Srv)[0]);
    }

    [Fact]
    public void Section232_UnnamedPorts_HaveNone()
    {
        _dns.Directory.Put(Cluster.Service("plain", "10.3.0.2", Cluster.Port(null, 80)));
        Assert.Equal(["NoError", "Soa "], _dns.Ask($"plain.shop.svc.{Zone}", DnsType.Srv));
        Assert.Equal("NoSuchName", _dns.Ask($"_80._tcp.plain.shop.svc.{Zone}", DnsType.Srv)[0]);
    }

    [Fact]
    public void Section233_ClusterIP_IsFoundBackwards_InBothFamilies()
    {
        var service = Cluster.Service("kubernetes", "10.3.0.1");
        service.Spec.ClusterIPs = ["10.3.0.1", "fd00::1"];
        _dns.Directory.Put(service);
        Assert.Equal(["NoError", $"Ptr kubernetes.shop.svc.{Zone}"], _dns.Ask("1.0.3.10.in-addr.arpa", DnsType.Ptr));
        Assert.Equal(["NoError", $"Ptr kubernetes.shop.svc.{Zone}"], _dns.Ask(DnsName.Reverse(IPAddress.Parse("fd00::1")), DnsType.Ptr));
    }

    [Fact]
    public void Section241_Headless_StandsForItsReadyEndpoints_EachWithItsHostname_SeveralAddressesToo()
    {
        var pet = Cluster.Endpoint("10.3.0.100", hostname: "my-pet");
        pet.Addresses = ["10.3.0.100", "10.3.0.101"];
        PutHeadless(pet, Cluster.Endpoint("10.3.0.2"), Cluster.Endpoint("10.3.0.3", ready: false), Cluster.Endpoint("10.3.0.4", terminating: true));
        Assert.Equal(["A 10.3.0.100", "A 10.3.0.101", "A 10.3.0.2"], _dns.Ask($"headless.shop.svc.{Zone}", DnsType.A)[1..].Order());
        Assert.Equal(["A 10.3.0.100", "A 10.3.0.101"], _dns.Ask($"my-pet.headless.shop.svc.{Zone}", DnsType.A)[1..].Order());
        Assert.Equal(["NoError", "A 10.3.0.2"], _dns.Ask($"10-3-0-2.headless.shop.svc.{Zone}", DnsType.A));
        Assert.Equal("NoSuchName", _dns.Ask($"10-3-0-3.headless.shop.svc.{Zone}", DnsType.A)[0]);
    }

    [Fact]
    public void Section241_NoReadyEndpoint_IsNoSuchName_UntilThereIsOne()
    {
        PutHeadless(Cluster.Endpoint("10.3.0.3", ready: false));
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask($"headless.shop.svc.{Zone}", DnsType.A));
        PutHeadless(Cluster.Endpoint("10.3.0.3"));
        Assert.Equal(["NoError", "A 10.3.0.3"], _dns.Ask($"headless.shop.svc.{Zone}", DnsType.A));
    }

    [Fact]
    public void Section242_EachReadyEndpointAndNamedPort_HasAnSrvRecord()
    {
        _dns.Directory.Put(Cluster.Service("headless", "None", Cluster.Port("https", 443), Cluster.Port("admin", 8443)))
            .Put(Cluster.Slice("headless", "headless-a", [("https", 443), ("admin", 8443)], Cluster.Endpoint("10.3.0.100", hostname: "my-pet"), Cluster.Endpoint("10.3.0.2")));
        Assert.Equal([$"Srv 443 10-3-0-2.headless.shop.svc.{Zone}", $"Srv 443 my-pet.headless.shop.svc.{Zone}"],
            _dns.Ask($"_https._tcp.headless.shop.svc.{Zone}", DnsType.Srv)[1..].Where(line => line.StartsWith("Srv", StringComparison.Ordinal)).Order());
        Assert.Equal(["A 10.3.0.100", "A 10.3.0.2"], _dns.Ask($"_https._tcp.headless.shop.svc.{Zone}", DnsType.Srv)[1..].Where(line => line.StartsWith("A ", StringComparison.Ordinal)).Order());
        Assert.Equal(4, _dns.Ask($"headless.shop.svc.{Zone}", DnsType.Srv).Count(line => line.StartsWith("Srv", StringComparison.Ordinal)));
    }

    [Fact]
    public void Section242_UnnamedPorts_HaveNone()
    {
        _dns.Directory.Put(Cluster.Service("headless", "None", Cluster.Port(null, 443))).Put(Cluster.Slice("headless", "headless-a", [(null, 443)], Cluster.Endpoint("10.3.0.2")));
        Assert.Equal(["NoError", "Soa "], _dns.Ask($"headless.shop.svc.{Zone}", DnsType.Srv));
    }

    [Fact]
    public void Section243_ReadyEndpoints_AreFoundBackwards()
    {
        PutHeadless(Cluster.Endpoint("10.3.0.100", hostname: "my-pet"), Cluster.Endpoint("10.3.0.2"), Cluster.Endpoint("10.3.0.3", ready: false));
        Assert.Equal(["NoError", $"Ptr my-pet.headless.shop.svc.{Zone}"], _dns.Ask("100.0.3.10.in-addr.arpa", DnsType.Ptr));
        Assert.Equal(["NoError", $"Ptr 10-3-0-2.headless.shop.svc.{Zone}"], _dns.Ask("2.0.3.10.in-addr.arpa", DnsType.Ptr));
        Assert.Equal(["forward 3.0.3.10.in-addr.arpa"], _dns.Ask("3.0.3.10.in-addr.arpa", DnsType.Ptr));
    }

    [Fact]
    public void Section25_ExternalName_IsAnAlias_WhateverIsAskedFor()
    {
        var service = Cluster.Service("foo", null);
        (service.Spec.Type, service.Spec.ExternalName) = ("ExternalName", "www.example.com");
        _dns.Directory.Put(service);
        Assert.Equal(["forward www.example.com"], _dns.Ask($"foo.shop.svc.{Zone}", DnsType.A));
        Assert.Equal(["NoError", "Cname www.example.com"], _dns.Ask($"foo.shop.svc.{Zone}", DnsType.Cname));
    }

    [Fact]
    public void Section26_PodNames_SayTheirAddress_InAnyNamespace() =>
        Assert.Equal(["NoError", "A 10.3.0.9"], _dns.Ask($"10-3-0-9.any.pod.{Zone}", DnsType.A));

    [Fact]
    public void NoRecordOfAType_AndNoSuchName_AreToldApart_BothWithTheZonesAuthority()
    {
        _dns.Directory.Put(Cluster.Service("kubernetes", "10.3.0.1"));
        Assert.Equal(["NoError", "Soa "], _dns.Ask($"kubernetes.shop.svc.{Zone}", DnsType.Aaaa));
        Assert.Equal(["NoSuchName", "Soa "], _dns.Ask($"nothing.shop.svc.{Zone}", DnsType.Aaaa));
        Assert.Equal(["NoError", "Soa "], _dns.Ask(Zone, DnsType.Soa));
    }

    private void PutHeadless(params k8s.Models.V1Endpoint[] endpoints) =>
        _dns.Directory.Put(Cluster.Service("headless", "None")).Put(Cluster.Slice("headless", "headless-a", [], endpoints));
}
