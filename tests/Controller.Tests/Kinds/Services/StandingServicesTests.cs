using System.Net;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Tests.Serving;
using Orchestrator.Model.Network;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Services;

public sealed class StandingServicesTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Start_ServicesOfApiAndDns_AreThereWithTheirAddresses()
    {
        var (_, api) = await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/services/kubernetes");
        Assert.Equal(("10.96.0.1", 443), ((string?)api["spec"]!["clusterIP"], (int)api["spec"]!["ports"]![0]!["port"]!));
        var (_, dns) = await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/kube-system/services/kube-dns");
        Assert.Equal(("10.96.0.10", "UDP", "TCP"), ((string?)dns["spec"]!["clusterIP"], (string?)dns["spec"]!["ports"]![0]!["protocol"], (string?)dns["spec"]!["ports"]![1]!["protocol"]));
        var port = server.Admin.BaseAddress!.Port;
        await server.GetAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes",
            slice => (int?)slice["ports"]?[0]!["port"] == port && (string?)slice["endpoints"]![0]!["addresses"]![0] == "127.0.0.1" && (string?)slice["metadata"]!["labels"]!["kubernetes.io/service-name"] == "kubernetes");
        await server.GetAsync("/api/v1/namespaces/default/endpoints/kubernetes",
            item => (int?)item["subsets"]?[0]!["ports"]![0]!["port"] == port && (string?)item["subsets"]![0]!["addresses"]![0]!["ip"] == "127.0.0.1");
        // Its Endpoints are not mirrored into a second slice.
        Assert.Single((await server.SendAsync(HttpMethod.Get, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dkubernetes")).Body["items"]!.AsArray());
    }

    [Fact]
    public async Task Delete_StandingServiceAndItsSlice_AreMadeAgain()
    {
        var (_, before) = await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/kube-system/services/kube-dns");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/kube-system/services/kube-dns")).Code);
        await server.GetAsync("/api/v1/namespaces/kube-system/services/kube-dns",
            item => (string?)item["spec"]?["clusterIP"] == "10.96.0.10" && item["metadata"]!["uid"]!.ToString() != before["metadata"]!["uid"]!.ToString());
        await server.GetAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes", item => item["ports"] is not null);
        await server.SendAsync(HttpMethod.Delete, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
        await server.GetAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes", item => item["ports"] is not null);
    }

    [Theory]
    [InlineData("--service-cidr=10.96.0.0", "--service-cidr: Invalid value: \"10.96.0.0\": expected an IPv4 network between a /8 and a /28 in CIDR notation, such as 10.96.0.0/12")]
    [InlineData("--service-cidr=fd00::/112", "--service-cidr: Invalid value: \"fd00::/112\"")]
    [InlineData("--service-cidr=10.244.128.0/20", "--service-cidr: Invalid value: \"10.244.128.0/20\": overlaps with --pod-cidr, which is 10.244.0.0/16")]
    [InlineData("--service-cidr=127.64.0.0/12", "overlaps with --process-pod-cidr, which is 127.64.0.0/10")]
    [InlineData("--service-node-port-range=32767-30000", "--service-node-port-range: Invalid value: \"32767-30000\": expected a range of ports between 1 and 65535")]
    [InlineData("--service-node-port-range=30000", "--service-node-port-range: Invalid value")]
    [InlineData("--cluster-domain=not_a_domain", "--cluster-domain: Invalid value: \"not_a_domain\": expected a DNS name")]
    public void Options_OutOfRule_AreRefusedByName(string argument, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ControllerOptions.Parse(["--data", "x", argument])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("10.96.0.0/12", "10.100.3.7", 16, "10.100.0.0/16 (eth0)")]
    [InlineData("10.96.0.0/12", "10.1.2.3", 8, "10.0.0.0/8 (eth0)")]
    [InlineData("10.96.0.0/12", "10.112.0.1", 16, "")]
    [InlineData("10.96.0.0/12", "10.96.0.1", 32, "")]
    public void HostNetworks_Overlapping_AreNamed(string range, string address, int prefixLength, string expected) =>
        Assert.Equal(expected, string.Join(',', HostNetworks.Overlapping(IPNetwork.Parse(range), [("eth0", IPAddress.Parse(address), prefixLength)])));
}
