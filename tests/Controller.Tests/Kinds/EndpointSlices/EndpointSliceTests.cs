using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.EndpointSlices;

/// <summary>Slices and Endpoints through the API, with pods whose status is written by hand.</summary>
public sealed class EndpointSliceTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Merge = "application/merge-patch+json";

    [Fact]
    public async Task ManyPods_AreInSlicesOfAHundred_AndOnesChangeWritesOneSliceAtOnce()
    {
        await ServiceAsync("many");
        await Parallel.ForEachAsync(Enumerable.Range(0, 250), TestContext.Current.CancellationToken, async (i, _) => await PodAsync($"many-{i}", "many", $"127.99.{i / 250}.{i % 250 + 1}", true));
        var slices = await SlicesAsync("many", items => Endpoints(items).Count(endpoint => (bool)endpoint["conditions"]!["ready"]!) == 250);
        Assert.All(slices, slice => Assert.InRange(slice!["endpoints"]!.AsArray().Count, 1, 100));
        var before = slices.ToDictionary(slice => (string)slice!["metadata"]!["name"]!, slice => (string)slice!["metadata"]!["resourceVersion"]!);
        await server.GetAsync("/api/v1/namespaces/default/endpoints/many", item => item["subsets"]?[0]?["addresses"]?.AsArray().Count == 250);

        await StatusAsync("many-77", "127.99.0.78", false);
        var since = TimeProvider.System.GetTimestamp();
        slices = await SlicesAsync("many", items => Endpoints(items).Count(endpoint => (bool)endpoint["conditions"]!["ready"]!) == 249);
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Single(slices, slice => before[(string)slice!["metadata"]!["name"]!] != (string)slice["metadata"]!["resourceVersion"]!);
        await server.GetAsync("/api/v1/namespaces/default/endpoints/many", item => (string?)item["subsets"]![0]!["notReadyAddresses"]?[0]?["targetRef"]!["name"] == "many-77");
    }

    [Fact]
    public async Task Selector_Changes_TheOthersPodsAreBehindIt()
    {
        await ServiceAsync("switch");
        await PodAsync("blue", "switch", "127.99.3.1", true);
        await PodAsync("green", "green", "127.99.3.2", true);
        await SlicesAsync("switch", items => Endpoints(items) is [var one] && (string?)one["targetRef"]!["name"] == "blue");
        await PatchAsync("services/switch", """{"spec":{"selector":{"app":"green"}}}""");
        await SlicesAsync("switch", items => Endpoints(items) is [var one] && (string?)one["targetRef"]!["name"] == "green");
        // A pod that loses its label leaves, one that gets it comes.
        await PatchAsync("pods/green", """{"metadata":{"labels":{"app":"grey"}}}""");
        await SlicesAsync("switch", items => Endpoints(items).Length == 0 && items.Count == 1);
        await PatchAsync("pods/blue", """{"metadata":{"labels":{"app":"green"}}}""");
        await SlicesAsync("switch", items => Endpoints(items) is [var one] && (string?)one["targetRef"]!["name"] == "blue");
        // Without a selector they are somebody's own; by another name, nobody's.
        await PatchAsync("services/switch", """{"spec":{"selector":null,"type":"ExternalName","externalName":"example.com"}}""");
        await SlicesAsync("switch", items => items.Count == 0);
    }

    [Fact]
    public async Task Slice_TamperedWithOrDeleted_IsPutRight()
    {
        await ServiceAsync("right");
        await PodAsync("right", "right", "127.99.4.1", true);
        var slice = (await SlicesAsync("right", items => Endpoints(items).Length == 1))[0]!;
        var path = $"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/{slice["metadata"]!["name"]}";
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, path, """{"endpoints":[{"addresses":["10.6.6.6"]}]}""", Merge)).Code);
        await SlicesAsync("right", items => Endpoints(items) is [var one] && (string?)one["addresses"]![0] == "127.99.4.1");
        await server.SendAsync(HttpMethod.Delete, path);
        await SlicesAsync("right", items => Endpoints(items) is [var one] && (string?)one["addresses"]![0] == "127.99.4.1");
        await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/endpoints/right");
        await server.GetAsync("/api/v1/namespaces/default/endpoints/right", item => (string?)item["subsets"]?[0]?["addresses"]?[0]?["ip"] == "127.99.4.1");
        await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/services/right");
        await SlicesAsync("right", items => items.Count == 0);
        await server.GetAsync("/api/v1/namespaces/default/endpoints/right", item => (int?)item["code"] == 404);
    }

    [Fact]
    public async Task TargetPort_ThatNoPodHas_IsToldAsAnEvent()
    {
        await ServiceAsync("portless", "metrics");
        await PodAsync("portless", "portless", "127.99.5.1", true);
        var told = await server.ListAsync("/api/v1/namespaces/default/events?fieldSelector=reason%3DUnknownTargetPort", items => items.Count > 0);
        Assert.Contains("\"metrics\"", (string?)told[0]!["message"], StringComparison.Ordinal);
    }

    private Task<(HttpStatusCode, JsonNode)> ServiceAsync(string name, string target = "8080") => server.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/default/services",
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"selector":{"app":"{{{name}}}"},"ports":[{"port":80,"targetPort":"{{{target}}}"}]}}""");

    private async Task PodAsync(string name, string app, string address, bool ready)
    {
        await server.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/default/pods",
            $$$"""{"metadata":{"name":"{{{name}}}","labels":{"app":"{{{app}}}"}},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"host"}]}}""");
        await StatusAsync(name, address, ready);
    }

    private async Task StatusAsync(string name, string address, bool ready) => Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch,
        $"/api/v1/namespaces/default/pods/{name}/status",
        $$$"""{"status":{"phase":"Running","podIP":"{{{address}}}","podIPs":[{"ip":"{{{address}}}"}],"conditions":[{"type":"Ready","status":"{{{ready}}}"}]}}""", Merge)).Code);

    private async Task PatchAsync(string path, string patch) =>
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, $"/api/v1/namespaces/default/{path}", patch, Merge)).Code);

    private Task<JsonArray> SlicesAsync(string service, Func<JsonArray, bool> wanted) =>
        server.ListAsync($"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3D{service}", wanted);

    private static JsonNode[] Endpoints(JsonArray slices) => [.. slices.SelectMany(slice => slice!["endpoints"]?.AsArray() ?? []).OfType<JsonNode>()];
}
