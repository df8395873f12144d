using k8s.Models;
using Orchestrator.Agent.Networking.Dns;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>resolv.conf by dnsPolicy and dnsConfig. Source: Kubernetes documentation, "DNS for Services and Pods".</summary>
public sealed class PodResolverTests
{
    [Theory]
    [InlineData(null, false, "10.244.1.1 | shop.svc.cluster.local svc.cluster.local cluster.local example.org | ndots:5")]
    [InlineData("ClusterFirst", false, "10.244.1.1 | shop.svc.cluster.local svc.cluster.local cluster.local example.org | ndots:5")]
    [InlineData("ClusterFirst", true, "the machine's")]
    [InlineData("ClusterFirstWithHostNet", true, "10.244.1.1 | shop.svc.cluster.local svc.cluster.local cluster.local example.org | ndots:5")]
    [InlineData("Default", false, "the machine's")]
    public void Policy_SaysWhoseNames(string? policy, bool hostNetwork, string expected) => Assert.Equal(expected, Show(policy, hostNetwork, null));

    [Fact]
    public void None_IsWhatTheConfigSays() => Assert.Equal("192.0.2.7 | example.com | ndots:2 rotate", Show("None", false, Config()));

    [Fact]
    public void Config_IsAddedToThePolicysOwn_AndItsOptionsWin() => Assert.Equal(
        "10.244.1.1 192.0.2.7 | shop.svc.cluster.local svc.cluster.local cluster.local example.org example.com | ndots:2 rotate", Show("ClusterFirst", false, Config()));

    [Fact]
    public void Bounds_AreThreeServersAndThirtyTwoDomains()
    {
        var config = new V1PodDNSConfig { Nameservers = [.. Enumerable.Range(1, 5).Select(i => $"192.0.2.{i}")], Searches = [.. Enumerable.Range(1, 40).Select(i => $"d{i}.example")] };
        var settings = PodResolver.Of(new() { Containers = [], DnsConfig = config }, "shop", "10.244.1.1", "cluster.local", []);
        Assert.Equal((3, 32), (settings!.Nameservers.Count, settings.Searches.Count)); // It has a config.
    }

    [Fact]
    public void NodeWithoutDns_LeavesPodsTheMachines() => Assert.Null(PodResolver.Of(new() { Containers = [] }, "shop", null, "", []));

    private static string Show(string? policy, bool hostNetwork, V1PodDNSConfig? config) =>
        PodResolver.Of(new() { Containers = [], DnsPolicy = policy, HostNetwork = hostNetwork, DnsConfig = config }, "shop", "10.244.1.1", "cluster.local", ["example.org"]) is { } settings
            ? string.Join(" | ", string.Join(' ', settings.Nameservers), string.Join(' ', settings.Searches), string.Join(' ', settings.Options))
            : "the machine's";

    private static V1PodDNSConfig Config() => new() { Nameservers = ["192.0.2.7"], Searches = ["example.com"], Options = [new() { Name = "ndots", Value = "2" }, new() { Name = "rotate" }] };
}
