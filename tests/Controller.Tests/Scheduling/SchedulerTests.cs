using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Scheduling;

/// <summary>The scheduler over the API: nodes that only say they are ready, pods that nobody runs.</summary>
public sealed class SchedulerTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Preemption_UrgentPod_NamesItsNodeMarksItsVictimAndGetsItsPlace()
    {
        await NodeAsync("preempted", "1");
        await PodAsync("meek", Spec("preempted", "800m"));
        await SeesAsync("meek", pod => Node(pod) == "preempted");
        var (code, _) = await server.SendAsync(HttpMethod.Post, "/apis/scheduling.k8s.io/v1/priorityclasses",
            """{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"urgent"},"value":1000}""");
        Assert.Equal(HttpStatusCode.Created, code);
        await PodAsync("bold", Spec("preempted", "800m", @"""priorityClassName"":""urgent"","));

        var nominated = await SeesAsync("bold", pod => (string?)pod["status"]?["nominatedNodeName"] == "preempted");
        Assert.Contains("preemption: 1 pod(s) on node preempted make room", (string?)Condition(nominated, "PodScheduled")?["message"], StringComparison.Ordinal);
        var victim = await SeesAsync("meek", pod => pod["metadata"]?["deletionTimestamp"] is not null);
        Assert.Equal("PreemptionByScheduler", (string?)Condition(victim, "DisruptionTarget")?["reason"]);
        // Another of the same size and less urgency doesn't slip in while the room is being made.
        await PodAsync("sly", Spec("preempted", "800m"));
        await SeesAsync("sly", pod => Condition(pod, "PodScheduled") is not null);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Delete, $"{Pods}/meek?gracePeriodSeconds=0")).Code);
        await SeesAsync("bold", pod => Node(pod) == "preempted");
        Assert.Null(Node((await server.SendAsync(HttpMethod.Get, $"{Pods}/sly")).Body));
    }

    [Fact]
    public async Task Gates_ArePassedWhenTheLastIsOpen()
    {
        await NodeAsync("gated", "1");
        await PodAsync("waits", Spec("gated", "100m", @"""schedulingGates"":[{""name"":""example.com/a""},{""name"":""example.com/b""}],"));
        Assert.Equal("SchedulingGated", (string?)Condition((await server.SendAsync(HttpMethod.Get, $"{Pods}/waits")).Body, "PodScheduled")?["reason"]);
        var (refused, why) = await PatchAsync("waits", """{"spec":{"schedulingGates":[{"name":"example.com/c"}]}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("only deletion is allowed, but found new scheduling gate 'example.com/c'", (string?)why["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync("waits", """{"spec":{"schedulingGates":[{"name":"example.com/b"}]}}""")).Code);
        Assert.Null(Node((await server.SendAsync(HttpMethod.Get, $"{Pods}/waits")).Body));
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync("waits", """{"spec":{"schedulingGates":null}}""")).Code);
        await SeesAsync("waits", pod => Node(pod) == "gated");
    }

    [Fact]
    public async Task PlacementReview_SaysWhereAndWhyNot_AndWritesNothing()
    {
        await NodeAsync("reviewed-small", "100m", "review");
        await NodeAsync("reviewed-large", "2", "review");
        var (code, answer) = await ReviewAsync("500m");
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal("reviewed-large", (string?)answer["status"]?["nodeName"]);
        var reasons = answer["status"]!["nodes"]!.AsArray().ToDictionary(node => (string)node!["name"]!, node => (string)node!["reason"]!); // Of our own answer.
        Assert.Equal(("", "Insufficient cpu"), (reasons["reviewed-large"], reasons["reviewed-small"]));
        Assert.Contains("Insufficient cpu", (string?)(await ReviewAsync("64")).Answer["status"]?["message"], StringComparison.Ordinal);
        var (refused, why) = await server.SendAsync(HttpMethod.Post, "/apis/scheduling.orchestrator.dev/v1alpha1/namespaces/default/placementreviews", """{"spec":{"template":{"spec":{}}}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("spec.containers: Required value", (string?)why["message"], StringComparison.Ordinal);
        var listed = (await server.SendAsync(HttpMethod.Get, Pods)).Body["items"]!.AsArray(); // A list has items.
        Assert.DoesNotContain(listed, pod => ((string?)pod?["metadata"]?["name"])?.StartsWith("placement-review", StringComparison.Ordinal) == true);
    }

    private Task<(HttpStatusCode Code, JsonNode Answer)> ReviewAsync(string cpu) => server.SendAsync(
        HttpMethod.Post, "/apis/scheduling.orchestrator.dev/v1alpha1/namespaces/default/placementreviews", $$"""{"spec":{"template":{"spec":{{Spec("review", cpu)}} } } }""");

    private Task<(HttpStatusCode Code, JsonNode Body)> PatchAsync(string pod, string patch) =>
        server.SendAsync(HttpMethod.Patch, $"{Pods}/{pod}", patch, "application/merge-patch+json");

    private async Task NodeAsync(string name, string cpu, string? pool = null)
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, "/api/v1/nodes", $$"""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}","labels":{"pool":"{{pool ?? name}}"} },
             "status":{"allocatable":{"cpu":"{{cpu}}","memory":"4Gi","pods":"110"},"conditions":[{"type":"Ready","status":"True"}] } }
            """);
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    private async Task PodAsync(string name, string spec)
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, Pods, $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}"},"spec":{{spec}} }""");
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    private static string Spec(string pool, string cpu, string more = "") =>
        $$"""{ {{more}}"nodeSelector":{"pool":"{{pool}}"},"terminationGracePeriodSeconds":30,"containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"{{cpu}}"} } }]}""";

    private Task<JsonNode> SeesAsync(string pod, Func<JsonNode, bool> wanted) => server.GetAsync($"{Pods}/{pod}", wanted);

    private static string? Node(JsonNode pod) => (string?)pod["spec"]?["nodeName"];

    private static JsonNode? Condition(JsonNode pod, string type) => pod["status"]?["conditions"]?.AsArray().FirstOrDefault(condition => (string?)condition?["type"] == type);
}
