using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

/// <summary>Workloads through the API, with no agent: pods stay pending, and all that the controller does shows.</summary>
public sealed class WorkloadTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Sets = "/apis/apps/v1/namespaces/default/replicasets";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Deployment_Created_MakesASetAndPodsThatSayWhyTheyWait()
    {
        await CreateAsync("made");
        var pods = await server.ListAsync($"{Pods}?labelSelector=app%3Dmade", items => items.Count == 2 && items.All(pod => pod!["status"]!["conditions"] is not null));
        Assert.All(pods, pod => Assert.Matches("no nodes available to schedule pods|0/1 nodes are available: 1 node.s. were not ready", (string?)pod!["status"]!["conditions"]![0]!["message"]));
        var set = Assert.Single(await server.ListAsync($"{Sets}?labelSelector=app%3Dmade", items => items.Count == 1))!;
        Assert.Equal("1", (string?)set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]);
        Assert.Equal(set["metadata"]!["name"]!.ToString(), "made-" + set["metadata"]!["labels"]!["pod-template-hash"]);
        await server.ListAsync("/api/v1/namespaces/default/events?fieldSelector=reason%3DFailedScheduling", items => items.Count >= 2);
        var status = (await server.GetAsync($"{Deployments}/made", item => (int?)item["status"]?["unavailableReplicas"] == 2))["status"]!;
        Assert.Contains(status["conditions"]!.AsArray(), condition => (string?)condition!["type"] == "Available" && (string?)condition["status"] == "False");
    }

    [Fact]
    public async Task Deployment_TemplateChangedAndBack_ReusesItsOldSetWithANewRevision()
    {
        await CreateAsync("rolled");
        var first = (string)(await server.ListAsync($"{Sets}?labelSelector=app%3Drolled", items => items.Count == 1))[0]!["metadata"]!["name"]!;
        await PatchAsync("rolled", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"host:2"}]}}}}""");
        await server.ListAsync($"{Sets}?labelSelector=app%3Drolled", items => items.Count == 2);
        await server.GetAsync($"{Deployments}/rolled", item => (string?)item["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] == "2");
        await PatchAsync("rolled", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"host"}]}}}}""");
        await server.GetAsync($"{Deployments}/rolled", item => (string?)item["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] == "3");
        var sets = await server.ListAsync($"{Sets}?labelSelector=app%3Drolled", items => items.Count == 2);
        Assert.Equal("3", (string?)sets.Single(set => (string?)set!["metadata"]!["name"] == first)!["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]);
    }

    [Fact]
    public async Task Scale_Subresource_ReadsAndWritesReplicas()
    {
        await CreateAsync("scaled");
        var (_, scale) = await server.SendAsync(HttpMethod.Get, $"{Deployments}/scaled/scale");
        Assert.Equal(("Scale", "autoscaling/v1", 2, "app=scaled"), ((string?)scale["kind"], (string?)scale["apiVersion"], (int)scale["spec"]!["replicas"]!, (string?)scale["status"]!["selector"]));
        scale["spec"]!["replicas"] = 4;
        // The reconciler may write in between: this writer has no version to hold.
        scale["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, $"{Deployments}/scaled/scale", scale.ToJsonString())).Code);
        await server.ListAsync($"{Pods}?labelSelector=app%3Dscaled", items => items.Count == 4);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, $"{Deployments}/scaled/scale", """{"spec":{"replicas":1}}""", "application/merge-patch+json")).Code);
        await server.ListAsync($"{Pods}?labelSelector=app%3Dscaled", items => items.Count == 1);
        var (code, status) = await server.SendAsync(HttpMethod.Patch, $"{Deployments}/scaled/scale", """{"spec":{"replicas":-1}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("spec.replicas", (string?)status["message"], StringComparison.Ordinal);
        Assert.Equal(3, (int)(await server.SendAsync(HttpMethod.Get, $"{Deployments}/scaled")).Body["metadata"]!["generation"]!);
    }

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task Delete_Cascading_TakesSetsAndPodsWithIt(string policy)
    {
        var name = "gone-" + policy.ToLowerInvariant();
        await CreateAsync(name);
        await server.ListAsync($"{Pods}?labelSelector=app%3D{name}", items => items.Count == 2);
        await server.SendAsync(HttpMethod.Delete, $"{Deployments}/{name}", $$"""{"propagationPolicy":"{{policy}}"}""");
        await server.ListAsync($"{Pods}?labelSelector=app%3D{name}", items => items.Count == 0);
        await server.ListAsync($"{Sets}?labelSelector=app%3D{name}", items => items.Count == 0);
        await server.GetAsync($"{Deployments}/{name}", item => (int?)item["code"] == 404);
    }

    [Fact]
    public async Task Delete_Orphan_LeavesTheSetWithoutOwner()
    {
        await CreateAsync("left");
        await server.ListAsync($"{Sets}?labelSelector=app%3Dleft", items => items.Count == 1);
        await server.SendAsync(HttpMethod.Delete, $"{Deployments}/left", """{"propagationPolicy":"Orphan"}""");
        await server.GetAsync($"{Deployments}/left", item => (int?)item["code"] == 404);
        var sets = await server.ListAsync($"{Sets}?labelSelector=app%3Dleft", items => items.All(set => set!["metadata"]!["ownerReferences"] is null));
        Assert.Single(sets);
    }

    [Fact]
    public async Task ReplicaSet_MatchingOrphanPod_IsAdoptedAndASurplusOneDeleted()
    {
        await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"stray","labels":{"app":"adopted"}},"spec":{"containers":[{"name":"c","image":"host"}]}}""");
        await server.SendAsync(HttpMethod.Post, Sets, Workload("ReplicaSet", "adopted", 1));
        await server.GetAsync($"{Pods}/stray", pod => (string?)pod["metadata"]!["ownerReferences"]?[0]!["kind"] == "ReplicaSet");
        await server.GetAsync($"{Sets}/adopted", set => (int?)set["status"]?["replicas"] == 1);
        await server.SendAsync(HttpMethod.Patch, $"{Pods}/stray", """{"metadata":{"labels":{"app":"released"}}}""", "application/merge-patch+json");
        await server.GetAsync($"{Pods}/stray", pod => pod["metadata"]!["ownerReferences"] is null);
        await server.ListAsync($"{Pods}?labelSelector=app%3Dadopted", items => items.Count == 1);
    }

    [Fact]
    public async Task Namespace_Deleted_IsEmptiedAndGoesAndTakesNothingNew()
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces", """{"metadata":{"name":"brief"}}""");
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/brief/configmaps", """{"metadata":{"name":"held","finalizers":["example.com/hold"]}}""");
        await server.SendAsync(HttpMethod.Post, "/apis/apps/v1/namespaces/brief/deployments", Workload("Deployment", "web", 2));
        var (_, marked) = await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/brief");
        Assert.Equal("Terminating", (string?)marked["status"]!["phase"]);
        await server.ListAsync("/api/v1/namespaces/brief/pods", items => items.Count == 0);
        var (code, status) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/brief/configmaps", """{"metadata":{"name":"late"}}""");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("being terminated", (string?)status["message"], StringComparison.Ordinal);
        await server.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/brief/configmaps/held", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await server.GetAsync("/api/v1/namespaces/brief", item => (int?)item["code"] == 404);
    }

    [Fact]
    public async Task Namespace_Default_MayNotBeDeleted()
    {
        var (code, status) = await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default");
        Assert.Equal((HttpStatusCode.Forbidden, "namespaces \"default\" is forbidden: this namespace may not be deleted"), (code, (string?)status["message"]));
    }

    [Fact]
    public async Task Pod_Update_ChangesOnlyWhatMayChange()
    {
        await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"fixed"},"spec":{"containers":[{"name":"c","image":"host"}]}}""");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, $"{Pods}/fixed", """{"spec":{"containers":[{"name":"c","image":"host:2"}]}}""", "application/strategic-merge-patch+json")).Code);
        var (code, status) = await server.SendAsync(HttpMethod.Patch, $"{Pods}/fixed", """{"spec":{"nodeName":"n1"}}""", "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("pod updates may not change fields other than", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binding_Pod_IsBoundOnce()
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/nodes", """{"metadata":{"name":"target"}}""");
        await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"bound"},"spec":{"schedulerName":"by-hand","containers":[{"name":"c","image":"host"}]}}""");
        const string Binding = """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"bound"},"target":{"kind":"Node","name":"target"}}""";
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, $"{Pods}/bound/binding", Binding)).Code);
        Assert.Equal("target", (string?)(await server.SendAsync(HttpMethod.Get, $"{Pods}/bound")).Body["spec"]!["nodeName"]);
        Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync(HttpMethod.Post, $"{Pods}/bound/binding", Binding)).Code);
        // Placed and with a grace period, its deletion is its agent's to carry out; grace 0 is not.
        var (_, deleted) = await server.SendAsync(HttpMethod.Delete, $"{Pods}/bound");
        Assert.Equal(30, (int)deleted["metadata"]!["deletionGracePeriodSeconds"]!);
        await server.SendAsync(HttpMethod.Delete, $"{Pods}/bound?gracePeriodSeconds=0");
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, $"{Pods}/bound")).Code);
    }

    [Fact]
    public async Task Log_UnplacedPodOrDisconnectedAgent_SaysWhy()
    {
        await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"silent"},"spec":{"schedulerName":"by-hand","containers":[{"name":"c","image":"host"}]}}""");
        Assert.Contains("does not have a host assigned", (string?)(await server.SendAsync(HttpMethod.Get, $"{Pods}/silent/log")).Body["message"], StringComparison.Ordinal);
        Assert.Contains("container x is not valid for pod silent", (string?)(await server.SendAsync(HttpMethod.Get, $"{Pods}/silent/log?container=x")).Body["message"], StringComparison.Ordinal);
    }

    private Task<(HttpStatusCode, JsonNode)> CreateAsync(string name) => server.SendAsync(HttpMethod.Post, Deployments, Workload("Deployment", name, 2));

    private Task<(HttpStatusCode, JsonNode)> PatchAsync(string name, string patch) =>
        server.SendAsync(HttpMethod.Patch, $"{Deployments}/{name}", patch, "application/strategic-merge-patch+json");

    private static string Workload(string kind, string name, int replicas) => new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "host" }) },
            },
        },
    }.ToJsonString();
}
