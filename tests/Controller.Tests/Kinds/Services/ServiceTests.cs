using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Services;

/// <summary>Services through the API: what they are given, what they are refused, and what a change of type keeps.</summary>
public sealed class ServiceTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Merge = "application/merge-patch+json";

    [Fact]
    public async Task Create_ManyAtOnce_EachHasAnAddressAndAPortOfItsOwn()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => server.SendAsync(HttpMethod.Post, Services, Body($"many-{i}", "NodePort"))));
        Assert.All(made, answer => Assert.Equal(HttpStatusCode.Created, answer.Code));
        Assert.Equal(200, made.Select(answer => (string?)answer.Body["spec"]!["clusterIP"]).Distinct().Count());
        Assert.Equal(200, made.Select(answer => (int?)answer.Body["spec"]!["ports"]![0]!["nodePort"]).Distinct().Count());
        Assert.All(made, answer => Assert.InRange((int)answer.Body["spec"]!["ports"]![0]!["nodePort"]!, 30000, 32767));
        Assert.All(made, answer => Assert.True(IPNetwork.Parse("10.96.0.0/12").Contains(IPAddress.Parse((string)answer.Body["spec"]!["clusterIP"]!))));
    }

    [Fact]
    public async Task Create_ManyWantOneAddressAndPort_OneGetsThem()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => server.SendAsync(HttpMethod.Post, Services, Body($"rival-{i}", "NodePort", "10.96.0.77", 30077))));
        Assert.Single(made, answer => answer.Code == HttpStatusCode.Created);
        Assert.All(made.Where(answer => answer.Code != HttpStatusCode.Created), answer => Assert.Equal(
            ["spec.clusterIPs[0]", "spec.ports[0].nodePort"], answer.Body["details"]!["causes"]!.AsArray().Select(cause => (string?)cause!["field"])));
    }

    [Fact]
    public async Task Delete_GivesAddressAndPortBack()
    {
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, Services, Body("first", "NodePort", "10.96.0.88", 30078))).Code);
        await server.SendAsync(HttpMethod.Delete, $"{Services}/first");
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, Services, Body("second", "NodePort", "10.96.0.88", 30078))).Code);
    }

    [Theory]
    [InlineData("192.168.0.1", null, "spec.clusterIPs[0]", "The range of valid IPs is 10.96.0.0/12")]
    [InlineData("10.96.0.0", null, "spec.clusterIPs[0]", "not in the valid range")]
    [InlineData("10.111.255.255", null, "spec.clusterIPs[0]", "not in the valid range")]
    [InlineData("10.96.0.1", null, "spec.clusterIPs[0]", "already allocated")]
    [InlineData(null, 80, "spec.ports[0].nodePort", "The range of valid ports is 30000-32767")]
    public async Task Create_WhatCanNotBeHad_IsRefusedWithItsField(string? address, int? port, string field, string why)
    {
        var (code, status) = await server.SendAsync(HttpMethod.Post, Services, Body("refused", "NodePort", address, port));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        var cause = Assert.Single(status["details"]!["causes"]!.AsArray())!;
        Assert.Equal(field, (string?)cause["field"]);
        Assert.Contains(why, (string?)cause["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task DryRun_TakesNothing()
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, Services + "?dryRun=All", Body("tried", "NodePort", "10.96.0.66", 30066));
        Assert.Equal((HttpStatusCode.Created, "10.96.0.66"), (code, (string?)body["spec"]!["clusterIP"]));
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, Services, Body("meant", "NodePort", "10.96.0.66", 30066))).Code);
    }

    [Fact]
    public async Task Update_TypeChanges_KeepAndDropWhatTheyShould()
    {
        var (_, made) = await server.SendAsync(HttpMethod.Post, Services, Body("turned", "ClusterIP"));
        var address = (string?)made["spec"]!["clusterIP"];
        var node = (await PatchAsync("turned", """{"spec":{"type":"NodePort"}}""")).Body["spec"]!;
        var port = (int)node["ports"]![0]!["nodePort"]!;
        Assert.Equal((address, "Cluster"), ((string?)node["clusterIP"], (string?)node["externalTrafficPolicy"]));
        // A port that was added gets one; the old one keeps its own, though the writer left it out.
        var two = (await PatchAsync("turned", """{"spec":{"ports":[{"name":"a","port":80},{"name":"b","port":81}]}}""")).Body["spec"]!["ports"]!;
        Assert.Equal(port, (int)two[0]!["nodePort"]!);
        Assert.InRange((int)two[1]!["nodePort"]!, 30000, 32767);
        var balanced = (await PatchAsync("turned", """{"spec":{"type":"LoadBalancer"}}""")).Body["spec"]!;
        Assert.Equal((port, true), ((int)balanced["ports"]![0]!["nodePort"]!, (bool)balanced["allocateLoadBalancerNodePorts"]!));
        var inner = (await PatchAsync("turned", """{"spec":{"type":"ClusterIP"}}""")).Body["spec"]!;
        Assert.Equal((address, null, null, null), ((string?)inner["clusterIP"], inner["ports"]![0]!["nodePort"], inner["externalTrafficPolicy"], inner["allocateLoadBalancerNodePorts"]));
        var named = (await PatchAsync("turned", """{"spec":{"type":"ExternalName","externalName":"db.example.com"}}""")).Body["spec"]!;
        Assert.Equal((null, null, null), (named["clusterIP"], named["clusterIPs"], named["ipFamilies"]));
        // The address is free again, and so is the port.
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, Services, Body("heir", "NodePort", address, port))).Code);
        var back = (await PatchAsync("turned", """{"spec":{"type":"ClusterIP"}}""")).Body["spec"]!;
        Assert.NotEqual(address, (string?)back["clusterIP"]);
        Assert.NotNull((string?)back["clusterIP"]);
    }

    [Fact]
    public async Task Update_Address_MayNotChange()
    {
        await server.SendAsync(HttpMethod.Post, Services, Body("fixed", "ClusterIP"));
        var (code, status) = await PatchAsync("fixed", """{"spec":{"clusterIP":"10.96.7.7"}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("spec.clusterIPs[0]: Invalid value: \"10.96.7.7\": may not change once set", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_WithoutAddress_KeepsIt()
    {
        var (_, made) = await server.SendAsync(HttpMethod.Post, Services, Body("put", "NodePort"));
        var (code, put) = await server.SendAsync(HttpMethod.Put, $"{Services}/put", Body("put", "NodePort"));
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(made["metadata"]!["resourceVersion"]!.ToString(), put["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task Create_TwoProtocolsOfOnePort_ShareItOnTheNodes()
    {
        var (_, made) = await server.SendAsync(HttpMethod.Post, Services,
            """{"metadata":{"name":"names"},"spec":{"type":"NodePort","ports":[{"name":"udp","port":53,"protocol":"UDP"},{"name":"tcp","port":53,"protocol":"TCP"}]}}""");
        Assert.Equal((int)made["spec"]!["ports"]![0]!["nodePort"]!, (int)made["spec"]!["ports"]![1]!["nodePort"]!);
    }

    [Fact]
    public async Task AnyMixOfWritesAtOnce_NoTwoServicesEverShareWhatIsOnes()
    {
        const string Mixed = "/api/v1/namespaces/kube-public/services";
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            // Few names, addresses and ports, so that they meet; the order of what is done to them is anybody's.
            var name = $"mixed-{i * 7 % 12}";
            var (code, answer) = (i % 5) switch
            {
                0 => await server.SendAsync(HttpMethod.Delete, $"{Mixed}/{name}"),
                1 => await server.SendAsync(HttpMethod.Patch, $"{Mixed}/{name}", """{"spec":{"type":"ClusterIP"}}""", Merge),
                2 => await server.SendAsync(HttpMethod.Patch, $"{Mixed}/{name}", $$"""{"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":{{30_200 + (i % 4)}} }]} }""", Merge),
                3 => await server.SendAsync(HttpMethod.Patch, $"{Mixed}/{name}", """{"spec":{"type":"ExternalName","externalName":"example.com"}}""", Merge),
                _ => await server.SendAsync(HttpMethod.Post, Mixed, Body(name, "NodePort", $"10.96.0.{201 + (i % 4)}", 30_200 + (i % 4))),
            };
            Assert.True(code is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity, answer.ToJsonString());
            var all = (await server.SendAsync(HttpMethod.Get, "/api/v1/services")).Body["items"]!.AsArray();
            var addresses = all.Select(item => (string?)item!["spec"]!["clusterIP"]).Where(address => address is not (null or "None")).ToArray();
            var ports = all.SelectMany(item => item!["spec"]!["ports"]?.AsArray() ?? []).Select(port => (int?)port!["nodePort"]).OfType<int>().ToArray();
            Assert.Equal(addresses.Length, addresses.Distinct().Count());
            // One service of another test has one port for two protocols.
            Assert.InRange(ports.Length - ports.Distinct().Count(), 0, 1);
            Assert.Equal(ports.Where(port => port is >= 30_200 and < 30_204).Distinct().Count(), ports.Count(port => port is >= 30_200 and < 30_204));
        });
    }

    private Task<(HttpStatusCode Code, JsonNode Body)> PatchAsync(string name, string patch) => server.SendAsync(HttpMethod.Patch, $"{Services}/{name}", patch, Merge);

    private static string Body(string name, string type, string? address = null, int? nodePort = null)
    {
        var port = new JsonObject { ["port"] = 80 };
        if (nodePort is not null)
        {
            port["nodePort"] = nodePort;
        }
        var spec = new JsonObject { ["type"] = type, ["selector"] = new JsonObject { ["app"] = name }, ["ports"] = new JsonArray(port) };
        if (address is not null)
        {
            spec["clusterIP"] = address;
        }
        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec }.ToJsonString();
    }
}
