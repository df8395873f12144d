using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Tests.Serving;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.DaemonSets;

/// <summary>DaemonSets through the API; the test plays the agents.</summary>
public sealed class DaemonSetTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Sets = "/apis/apps/v1/namespaces/default/daemonsets";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task DaemonSet_PodsOfAgents_AreCountedRolledAndTakenAway()
    {
        using var one = await NodeAsync("a1", "a");
        using var two = await NodeAsync("a2", "a");
        var set = await CreateAsync("agents", "a");
        await SetAsync("agents", status => (int?)status["desiredNumberScheduled"] == 2);
        var (first, second) = (await PlaceAsync(one, set, "a1"), await PlaceAsync(two, set, "a2"));
        await SetAsync("agents", status => (int?)status["numberAvailable"] == 2 && (int?)status["updatedNumberScheduled"] == 2);

        await PatchAsync($"{Sets}/agents", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"host:2"}]}}}}""");
        // One at a time: maxUnavailable is 1.
        var leaving = await server.ListAsync($"{Pods}?labelSelector=app%3Dagents", items => items.Any(IsLeaving));
        Assert.Equal(1, leaving.Count(IsLeaving));
        await SetAsync("agents", status => (int?)status["numberUnavailable"] == 1);
        Assert.Equal(1, (await server.ListAsync($"{Pods}?labelSelector=app%3Dagents", _ => true)).Count(IsLeaving));
        await server.ListAsync("/apis/apps/v1/namespaces/default/controllerrevisions?labelSelector=app%3Dagents", items => items.Count == 2);

        await PatchAsync("/api/v1/nodes/a1", """{"metadata":{"labels":{"pool":"other"}}}""");
        await PatchAsync("/api/v1/nodes/a2", """{"metadata":{"labels":{"pool":"other"}}}""");
        await server.ListAsync($"{Pods}?labelSelector=app%3Dagents", items => items.All(IsLeaving));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Agent_MakesOnlyItsOwnPodOfAnExistingTemplate()
    {
        using var agent = await NodeAsync("b1", "b");
        using var other = await NodeAsync("b2", "b");
        using var outside = await NodeAsync("b3", "elsewhere");
        var set = await CreateAsync("guarded", "b");
        var hash = DaemonPods.HashOf(set)!;
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(agent, DaemonPods.Make(set, "b2", hash))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(outside, DaemonPods.Make(set, "b3", hash))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(agent, Changed(set, hash, pod => pod.Spec.HostNetwork = true))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(agent, Changed(set, hash, pod => pod.Spec.Containers[0].Image = "other"))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(agent, Changed(set, hash, pod => pod.Metadata.Name = "other"))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(agent, Changed(set, hash, pod => pod.Metadata.OwnerReferences = null))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(agent, Changed(set, hash, pod => pod.Metadata.OwnerReferences[0].Uid = Guid.NewGuid().ToString()))).Code);

        var uid = Guid.NewGuid().ToString();
        var (code, made) = await PostAsync(agent, Changed(set, hash, pod => pod.Metadata.Uid = uid));
        Assert.True(code == HttpStatusCode.Created, made.ToJsonString());
        Assert.Equal(uid, (string?)made["metadata"]!["uid"]);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(agent, DaemonPods.Make(set, "b1", hash))).Code);
        Assert.Equal(HttpStatusCode.OK, (await TestServer.SendAsync(agent, HttpMethod.Get, "/apis/apps/v1/daemonsets")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(agent, HttpMethod.Delete, $"{Sets}/guarded")).Code);

        static V1Pod Changed(V1DaemonSet set, string hash, Action<V1Pod> change)
        {
            var pod = DaemonPods.Make(set, "b1", hash);
            change(pod);
            return pod;
        }
    }

    [Fact]
    public async Task Surge_IsGranted_AndTheOldGoesWhenTheNewServes()
    {
        using var agent = await NodeAsync("c1", "c");
        var set = await CreateAsync("surging", "c", """{"maxUnavailable":0,"maxSurge":1}""");
        var old = await PlaceAsync(agent, set, "c1");
        await SetAsync("surging", status => (int?)status["numberAvailable"] == 1);
        var (_, changed) = await PatchAsync($"{Sets}/surging", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"host:2"}]}}}}""");
        var wanted = (V1DaemonSet)ModelJson.Decode(changed, typeof(V1DaemonSet));
        await server.GetAsync($"{Pods}/{old}", pod => (string?)pod["metadata"]!["annotations"]?[WellKnown.SurgeGrant] == DaemonPods.HashOf(wanted));
        await PlaceAsync(agent, wanted, "c1");
        await server.GetAsync($"{Pods}/{old}", pod => pod["metadata"]?["deletionTimestamp"] is not null);
    }

    [Fact]
    public async Task FailedPod_IsDeletedAndTold()
    {
        using var agent = await NodeAsync("e1", "e");
        var set = await CreateAsync("failing", "e");
        var name = await PlaceAsync(agent, set, "e1");
        await PatchAsync($"{Pods}/{name}/status", """{"status":{"phase":"Failed"}}""");
        await server.ListAsync($"{Pods}?labelSelector=app%3Dfailing", items => items.Count == 0);
        await server.ListAsync("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dfailing", items => items.Any(item => (string?)item!["reason"] == "FailedDaemonPod"));
    }

    private static bool IsLeaving(JsonNode? pod) => pod!["metadata"]!["deletionTimestamp"] is not null;

    /// <summary>A node that is Ready: of one that is not, the pods are said not to be ready either.</summary>
    private async Task<HttpClient> NodeAsync(string name, string pool)
    {
        var agent = server.Client($"system:node:{name}", "system:nodes");
        var (code, body) = await TestServer.SendAsync(agent, HttpMethod.Post, "/api/v1/nodes",
            $$$"""{"metadata":{"labels":{"pool":"{{{pool}}}"},"name":"{{{name}}}"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        return agent;
    }

    private async Task<V1DaemonSet> CreateAsync(string name, string pool, string rolling = "null")
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, Sets, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
                ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = JsonNode.Parse(rolling) },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                    ["spec"] = new JsonObject
                    {
                        ["nodeSelector"] = new JsonObject { ["pool"] = pool },
                        ["containers"] = new JsonArray(new JsonObject
                        {
                            ["name"] = "c", ["image"] = "host", ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "64Mi" } },
                        }),
                    },
                },
            },
        }.ToJsonString());
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        return (V1DaemonSet)ModelJson.Decode(body, typeof(V1DaemonSet));
    }

    private async Task<string> PlaceAsync(HttpClient agent, V1DaemonSet set, string node)
    {
        var pod = DaemonPods.Make(set, node, DaemonPods.HashOf(set)!);
        var (code, body) = await PostAsync(agent, pod);
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        var name = pod.Metadata.Name;
        await PatchAsync($"{Pods}/{name}/status", """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""");
        return name;
    }

    private static Task<(HttpStatusCode Code, JsonNode Body)> PostAsync(HttpClient agent, V1Pod pod) =>
        TestServer.SendAsync(agent, HttpMethod.Post, Pods, ModelJson.ToTree(pod).ToJsonString());

    private async Task<(HttpStatusCode Code, JsonNode Body)> PatchAsync(string path, string patch)
    {
        var answer = await server.SendAsync(HttpMethod.Patch, path, patch, "application/strategic-merge-patch+json");
        Assert.True(answer.Code == HttpStatusCode.OK, answer.Body.ToJsonString());
        return answer;
    }

    private Task<JsonNode> SetAsync(string name, Func<JsonNode, bool> wanted) => server.GetAsync($"{Sets}/{name}", set => set["status"] is { } status && wanted(status));
}
