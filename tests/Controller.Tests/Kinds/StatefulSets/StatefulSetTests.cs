using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.StatefulSets;

/// <summary>StatefulSets through the API; the test plays the agent and says when pods are ready.</summary>
public sealed class StatefulSetTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Sets = "/apis/apps/v1/namespaces/default/statefulsets";
    private const string Revisions = "/apis/apps/v1/namespaces/default/controllerrevisions";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task StatefulSet_OrderedReady_MakesNamedPodsOneAfterTheOther()
    {
        await CreateAsync("zk", 2, "OrderedReady", start: 1);
        var first = await PodAsync("zk-1", pod => pod["metadata"] is not null && (int?)pod["code"] is null);
        Assert.Equal(("zk-1", "zk"), ((string?)first["spec"]!["hostname"], (string?)first["spec"]!["subdomain"]));
        Assert.Equal(("zk-1", "1"), ((string?)first["metadata"]!["labels"]!["statefulset.kubernetes.io/pod-name"], (string?)first["metadata"]!["labels"]!["apps.kubernetes.io/pod-index"]));
        Assert.Single(await PodsAsync("zk", _ => true));
        await ReadyAsync("zk-1");
        await PodAsync("zk-2", pod => (int?)pod["code"] is null);
        await ReadyAsync("zk-2");
        await SetAsync("zk", set => (int?)set["status"]!["readyReplicas"] == 2 && (string?)set["status"]!["currentRevision"] == (string?)set["status"]!["updateRevision"]);
    }

    [Fact]
    public async Task StatefulSet_TemplateChangedAndBack_RollsAndReusesTheRevision()
    {
        await CreateAsync("rolled", 2, "Parallel");
        await PodsAsync("rolled", pods => pods.Count == 2);
        await ReadyAsync("rolled-0");
        await ReadyAsync("rolled-1");
        var first = (string?)(await SetAsync("rolled", set => (int?)set["status"]!["readyReplicas"] == 2))["status"]!["currentRevision"];
        await PatchAsync("rolled", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"host:2"}]}}}}""");
        // The last goes first; the other waits until it is back.
        foreach (var name in new[] { "rolled-1", "rolled-0" })
        {
            await PodAsync(name, pod => (string?)pod["spec"]?["containers"]![0]!["image"] == "host:2");
            await ReadyAsync(name);
        }
        var status = (await SetAsync("rolled", set => (string?)set["status"]!["currentRevision"] != first))["status"]!;
        Assert.Equal(((string?)status["updateRevision"], 2), ((string?)status["currentRevision"], (int)status["updatedReplicas"]!));
        var revisions = await server.ListAsync($"{Revisions}?labelSelector=app%3Drolled", items => items.Count == 2);
        // Its data is the patch that brings it back.
        var undo = revisions.Single(revision => (string?)revision!["metadata"]!["name"] == first)!["data"]!.ToJsonString();
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, $"{Sets}/rolled", undo, "application/strategic-merge-patch+json")).Code);
        await SetAsync("rolled", set => (string?)set["status"]!["updateRevision"] == first);
        await server.ListAsync($"{Revisions}?labelSelector=app%3Drolled", items => items.Count == 2 && items.Any(item => (int)item!["revision"]! == 3));
    }

    [Fact]
    public async Task StatefulSet_Partition_RollsOnlyFromThere()
    {
        await CreateAsync("parted", 2, "Parallel");
        await PodsAsync("parted", pods => pods.Count == 2);
        await ReadyAsync("parted-0");
        await ReadyAsync("parted-1");
        await PatchAsync("parted", """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}},"template":{"spec":{"containers":[{"name":"c","image":"host:2"}]}}}}""");
        await PodAsync("parted-1", pod => (string?)pod["spec"]?["containers"]![0]!["image"] == "host:2");
        await ReadyAsync("parted-1");
        await server.SendAsync(HttpMethod.Delete, $"{Pods}/parted-0");
        await SetAsync("parted", set => (int?)set["status"]!["updatedReplicas"] == 1 && (int?)set["status"]!["replicas"] == 2);
        // Below the partition it comes back as it was.
        Assert.Equal("host", (string?)(await PodAsync("parted-0", pod => (int?)pod["code"] is null))["spec"]!["containers"]![0]!["image"]);
    }

    [Fact]
    public async Task Update_Fixed_IsRefused()
    {
        await CreateAsync("fixed", 0, "Parallel");
        var (code, status) = await PatchAsync("fixed", """{"spec":{"serviceName":"other"}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("updates to statefulset spec for fields other than 'replicas', 'ordinals',", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Cascading_TakesPodsAndRevisionsWithIt()
    {
        await CreateAsync("gone", 2, "Parallel");
        await PodsAsync("gone", pods => pods.Count == 2);
        await server.SendAsync(HttpMethod.Delete, $"{Sets}/gone");
        await PodsAsync("gone", pods => pods.Count == 0);
        await server.ListAsync($"{Revisions}?labelSelector=app%3Dgone", items => items.Count == 0);
    }

    private async Task CreateAsync(string name, int replicas, string policy, int start = 0)
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, Sets, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas, ["serviceName"] = name, ["podManagementPolicy"] = policy, ["ordinals"] = new JsonObject { ["start"] = start },
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "host" }) },
                },
            },
        }.ToJsonString());
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    private Task<(HttpStatusCode Code, JsonNode Body)> PatchAsync(string name, string patch) =>
        server.SendAsync(HttpMethod.Patch, $"{Sets}/{name}", patch, "application/strategic-merge-patch+json");

    private Task<JsonNode> SetAsync(string name, Func<JsonNode, bool> wanted) => server.GetAsync($"{Sets}/{name}", wanted);

    private Task<JsonNode> PodAsync(string name, Func<JsonNode, bool> wanted) => server.GetAsync($"{Pods}/{name}", wanted);

    private Task<JsonArray> PodsAsync(string app, Func<JsonArray, bool> wanted) => server.ListAsync($"{Pods}?labelSelector=app%3D{app}", wanted);

    private async Task ReadyAsync(string name) => Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, $"{Pods}/{name}/status",
        """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""", "application/strategic-merge-patch+json")).Code);
}
