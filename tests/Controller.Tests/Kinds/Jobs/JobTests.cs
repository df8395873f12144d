using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Jobs;

/// <summary>Jobs through the API; the test plays the agent and ends pods by their status.</summary>
public sealed class JobTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Jobs = "/apis/batch/v1/namespaces/default/jobs";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Job_PodsEnd_IsCountedAndComplete()
    {
        var made = await CreateAsync("counted", """{"completions":3,"parallelism":2}""");
        Assert.Equal((string?)made["metadata"]!["uid"], (string?)made["spec"]!["selector"]!["matchLabels"]!["batch.kubernetes.io/controller-uid"]);
        for (var done = 0; done < 3; done++)
        {
            var pods = await PodsAsync("counted", items => items.Count(Runs) == Math.Min(2, 3 - done));
            Assert.All(pods.Where(Runs), pod => Assert.Equal("batch.kubernetes.io/job-tracking", (string?)pod!["metadata"]!["finalizers"]![0]));
            await EndAsync(pods.First(Runs)!, "Succeeded");
        }
        var job = await server.GetAsync($"{Jobs}/counted", item => Is(item, "Complete"));
        Assert.Equal((3, null), ((int)job["status"]!["succeeded"]!, (int?)job["status"]!["active"]));
        Assert.True(Is(job, "SuccessCriteriaMet"));
        Assert.Equal("{}", job["status"]!["uncountedTerminatedPods"]!.ToJsonString());
        await PodsAsync("counted", items => items.Count == 3 && items.All(pod => pod!["metadata"]!["finalizers"] is null));
    }

    [Fact]
    public async Task Job_Indexed_GivesEachPodItsIndex()
    {
        await CreateAsync("indexed", """{"completions":2,"parallelism":2,"completionMode":"Indexed"}""");
        var pods = await PodsAsync("indexed", items => items.Count == 2);
        Assert.Equal(["indexed-0", "indexed-1"], pods.Select(pod => (string?)pod!["spec"]!["hostname"]).Order());
        Assert.All(pods, pod => Assert.StartsWith($"indexed-{pod!["metadata"]!["labels"]!["batch.kubernetes.io/job-completion-index"]}-", (string?)pod["metadata"]!["name"], StringComparison.Ordinal));
        Assert.All(pods, pod => Assert.Equal("metadata.annotations['batch.kubernetes.io/job-completion-index']", (string?)pod!["spec"]!["containers"]![0]!["env"]![0]!["valueFrom"]!["fieldRef"]!["fieldPath"]));
        await EndAsync(pods[1]!, "Succeeded");
        await EndAsync(pods[0]!, "Succeeded");
        Assert.Equal("0-1", (string?)(await server.GetAsync($"{Jobs}/indexed", item => Is(item, "Complete")))["status"]!["completedIndexes"]);
    }

    [Fact]
    public async Task Job_FailsBeyondItsLimit_SaysWhyAndTells()
    {
        await CreateAsync("failing", """{"backoffLimit":0}""");
        await EndAsync((await PodsAsync("failing", items => items.Count == 1))[0]!, "Failed");
        var job = await server.GetAsync($"{Jobs}/failing", item => Is(item, "Failed"));
        Assert.Equal(1, (int)job["status"]!["failed"]!);
        await server.ListAsync("/api/v1/namespaces/default/events?fieldSelector=reason%3DBackoffLimitExceeded", items => items.Count == 1);
    }

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task Delete_Cascading_HoldsNoPod(string policy)
    {
        var name = "gone-" + policy.ToLowerInvariant();
        await CreateAsync(name, """{"parallelism":2,"completions":2}""");
        await PodsAsync(name, items => items.Count == 2);
        await server.SendAsync(HttpMethod.Delete, $"{Jobs}/{name}", $$"""{"propagationPolicy":"{{policy}}"}""");
        await PodsAsync(name, items => items.Count == 0);
        await server.GetAsync($"{Jobs}/{name}", item => (int?)item["code"] == 404);
    }

    [Fact]
    public async Task Delete_Orphan_LeavesPodsThatNothingHolds()
    {
        await CreateAsync("left", "{}");
        await PodsAsync("left", items => items.Count == 1);
        await server.SendAsync(HttpMethod.Delete, $"{Jobs}/left", """{"propagationPolicy":"Orphan"}""");
        await PodsAsync("left", items => items.Count == 1 && items[0]!["metadata"]!["ownerReferences"] is null && items[0]!["metadata"]!["finalizers"] is null);
    }

    [Fact]
    public async Task Job_TimeToLiveOver_Goes()
    {
        await CreateAsync("brief", """{"completions":0,"ttlSecondsAfterFinished":0}""");
        await server.GetAsync($"{Jobs}/brief", item => (int?)item["code"] == 404);
    }

    [Fact]
    public async Task Job_SuspendedAndResumed_EndsAndMakesItsPods()
    {
        await CreateAsync("paused", """{"suspend":true}""");
        await server.GetAsync($"{Jobs}/paused", item => Is(item, "Suspended"));
        await PatchAsync("paused", """{"spec":{"suspend":false}}""");
        await PodsAsync("paused", items => items.Count == 1);
        await PatchAsync("paused", """{"spec":{"suspend":true}}""");
        await PodsAsync("paused", items => items.Count == 0);
        Assert.Null((await server.GetAsync($"{Jobs}/paused", item => Is(item, "Suspended")))["status"]!["failed"]);
    }

    [Fact]
    public async Task Update_Fixed_IsRefused()
    {
        await CreateAsync("fixed", "{}");
        var (code, status) = await PatchAsync("fixed", """{"spec":{"completions":5,"completionMode":"Indexed","template":{"spec":{"containers":[{"name":"c","image":"other"}],"restartPolicy":"Never"}}}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal(["spec.completions", "spec.template", "spec.completionMode"], status["details"]!["causes"]!.AsArray().Select(cause => (string?)cause!["field"]));
    }

    private async Task<JsonNode> CreateAsync(string name, string spec)
    {
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = JsonNode.Parse(spec) };
        body["spec"]!["template"] = JsonNode.Parse("""{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"host"}]}}""");
        var (code, made) = await server.SendAsync(HttpMethod.Post, Jobs, body.ToJsonString());
        Assert.True(code == HttpStatusCode.Created, made.ToJsonString());
        return made;
    }

    private Task<(HttpStatusCode Code, JsonNode Body)> PatchAsync(string name, string patch) =>
        server.SendAsync(HttpMethod.Patch, $"{Jobs}/{name}", patch, "application/merge-patch+json");

    private Task<JsonArray> PodsAsync(string job, Func<JsonArray, bool> wanted) =>
        server.ListAsync($"{Pods}?labelSelector=batch.kubernetes.io%2Fjob-name%3D{job}", wanted);

    private async Task EndAsync(JsonNode pod, string phase) => Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch,
        $"{Pods}/{pod["metadata"]!["name"]}/status", $$$"""{"status":{"phase":"{{{phase}}}"}}""", "application/merge-patch+json")).Code);

    private static bool Runs(JsonNode? pod) => (string?)pod!["status"]!["phase"] is not ("Succeeded" or "Failed") && pod["metadata"]!["deletionTimestamp"] is null;

    private static bool Is(JsonNode item, string condition) =>
        item["status"]?["conditions"]?.AsArray().Any(entry => (string?)entry!["type"] == condition && (string?)entry["status"] == "True") == true;
}
