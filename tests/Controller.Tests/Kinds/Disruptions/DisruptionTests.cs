using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Disruptions;

/// <summary>Budgets, evictions, priorities and ReplicationControllers through the API; the test plays the agent.</summary>
public sealed class DisruptionTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Controllers = "/api/v1/namespaces/default/replicationcontrollers";
    private const string Budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Eviction_ManyAtOnce_OnlyAsManyAsTheBudgetAllows()
    {
        var names = await ReadyPodsAsync("kept", 3);
        await server.SendAsync(HttpMethod.Post, Budgets, """{"metadata":{"name":"kept"},"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"kept"}}}}""");
        var budget = await server.GetAsync($"{Budgets}/kept", item => (int?)item["status"]!["disruptionsAllowed"] == 1);
        Assert.Equal((3, 2, 3), ((int)budget["status"]!["expectedPods"]!, (int)budget["status"]!["desiredHealthy"]!, (int)budget["status"]!["currentHealthy"]!));

        var answers = await Task.WhenAll(names.Select(EvictAsync));

        Assert.Single(answers, answer => answer.Code == HttpStatusCode.Created);
        var refused = answers.First(answer => answer.Code != HttpStatusCode.Created);
        Assert.Equal((HttpStatusCode.TooManyRequests, "TooManyRequests"), (refused.Code, (string?)refused.Body["reason"]));
        Assert.Equal("Cannot evict pod as it would violate the pod's disruption budget.", (string?)refused.Body["message"]);
        var cause = refused.Body["details"]!["causes"]![0]!;
        Assert.Equal(("DisruptionBudget", "The disruption budget kept needs 2 healthy pods and has 2 currently"), ((string?)cause["reason"], (string?)cause["message"]));
        // Its successor is ready: the next may go.
        await server.ListAsync($"{Pods}?labelSelector=app%3Dkept", items => items.Count == 3 && items.Count(Ready) == 2);
        await ReadyAsync((await server.ListAsync($"{Pods}?labelSelector=app%3Dkept", items => items.Count == 3)).Single(pod => !Ready(pod))!);
        await server.GetAsync($"{Budgets}/kept", item => (int?)item["status"]!["disruptionsAllowed"] == 1);
        var left = (await server.ListAsync($"{Pods}?labelSelector=app%3Dkept", items => items.Count == 3))[0]!["metadata"]!["name"]!.ToString();
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(left)).Code);
    }

    [Fact]
    public async Task Eviction_DryRun_ChangesNothing()
    {
        var names = await ReadyPodsAsync("rehearsed", 1);
        var (code, _) = await server.SendAsync(HttpMethod.Post, $"{Pods}/{names[0]}/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","deleteOptions":{"dryRun":["All"]}}""");
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Null((await server.SendAsync(HttpMethod.Get, $"{Pods}/{names[0]}")).Body["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task Eviction_TwoBudgets_IsRefused()
    {
        var names = await ReadyPodsAsync("twice", 1);
        foreach (var budget in new[] { "one", "two" })
        {
            await server.SendAsync(HttpMethod.Post, Budgets, $$$$"""{"metadata":{"name":"{{{{budget}}}}"},"spec":{"minAvailable":0,"selector":{"matchLabels":{"app":"twice"} } } }""");
        }
        var (code, body) = await EvictAsync(names[0]);
        Assert.Equal(HttpStatusCode.InternalServerError, code);
        Assert.Contains("more than one PodDisruptionBudget", (string?)body["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Priority_IsResolvedFromTheClassAndTheDefault()
    {
        const string Classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        await server.SendAsync(HttpMethod.Post, Classes, """{"metadata":{"name":"urgent"},"value":1000,"preemptionPolicy":"Never"}""");
        var (_, urgent) = await PodAsync("urgent", """ "priorityClassName":"urgent", """);
        Assert.Equal((1000, "Never"), ((int)urgent["spec"]!["priority"]!, (string?)urgent["spec"]!["preemptionPolicy"]));
        var (_, critical) = await PodAsync("critical", """ "priorityClassName":"system-node-critical", """);
        Assert.Equal(2_000_001_000, (int)critical["spec"]!["priority"]!);
        var (code, missing) = await PodAsync("missing", """ "priorityClassName":"nonesuch", """);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("no PriorityClass with name nonesuch was found", (string?)missing["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await PodAsync("forged", """ "priority":5, """)).Code);
        Assert.Equal(0, (int)(await PodAsync("plain", "")).Body["spec"]!["priority"]!);
        await server.SendAsync(HttpMethod.Post, Classes, """{"metadata":{"name":"usual"},"value":7,"globalDefault":true}""");
        var (_, usual) = await PodAsync("usual", "");
        Assert.Equal((7, "usual"), ((int)usual["spec"]!["priority"]!, (string?)usual["spec"]!["priorityClassName"]));
        await server.SendAsync(HttpMethod.Delete, $"{Classes}/usual");
    }

    [Fact]
    public async Task ReplicationController_MakesPodsAndScales()
    {
        await ControllerAsync("old", 2);
        await server.ListAsync($"{Pods}?labelSelector=app%3Dold", items => items.Count == 2);
        var (_, scale) = await server.SendAsync(HttpMethod.Patch, $"{Controllers}/old/scale", """{"spec":{"replicas":1}}""", "application/merge-patch+json");
        Assert.Equal("app=old", (string?)scale["status"]!["selector"]);
        await server.ListAsync($"{Pods}?labelSelector=app%3Dold", items => items.Count == 1);
        await server.GetAsync($"{Controllers}/old", item => (int?)item["status"]!["replicas"] == 1);
        await server.SendAsync(HttpMethod.Delete, $"{Controllers}/old");
        await server.ListAsync($"{Pods}?labelSelector=app%3Dold", items => items.Count == 0);
    }

    private async Task<string[]> ReadyPodsAsync(string name, int replicas)
    {
        await ControllerAsync(name, replicas);
        var pods = await server.ListAsync($"{Pods}?labelSelector=app%3D{name}", items => items.Count == replicas);
        foreach (var pod in pods)
        {
            await ReadyAsync(pod!);
        }
        return [.. pods.Select(pod => (string)pod!["metadata"]!["name"]!)];
    }

    private Task<(HttpStatusCode Code, JsonNode Body)> ControllerAsync(string name, int replicas) => server.SendAsync(HttpMethod.Post, Controllers, $$$$"""
        {"metadata":{"name":"{{{{name}}}}"},"spec":{"replicas":{{{{replicas}}}},"template":{"metadata":{"labels":{"app":"{{{{name}}}}"}},"spec":{"containers":[{"name":"c","image":"host"}]} } } }
        """);

    private Task<(HttpStatusCode Code, JsonNode Body)> EvictAsync(string pod) =>
        server.SendAsync(HttpMethod.Post, $"{Pods}/{pod}/eviction", $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{pod}}}"} }""");

    private Task<(HttpStatusCode Code, JsonNode Body)> PodAsync(string name, string fields) => server.SendAsync(HttpMethod.Post, Pods,
        $$$$"""{"metadata":{"name":"prio-{{{{name}}}}"},"spec":{ {{{{fields}}}} "containers":[{"name":"c","image":"host"}]} }""");

    private async Task ReadyAsync(JsonNode pod) => Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, $"{Pods}/{pod["metadata"]!["name"]}/status",
        """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""", "application/strategic-merge-patch+json")).Code);

    private static bool Ready(JsonNode? pod) =>
        pod!["status"]!["conditions"]?.AsArray().Any(condition => (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True") == true;
}
