using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

/// <summary>With no agent nothing ever gets ready: a rollout of no replicas is good at once, one of any is stuck for ever.</summary>
public sealed class AutomaticRollbackTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    [Fact]
    public async Task Deadline_Asked_GoesBackOnceAndSaysSoUntilTheNextRollout()
    {
        await CreateAsync("back", """{"orchestrator.dev/automatic-rollback":"true"}""");
        var good = (string?)(await server.GetAsync($"{Deployments}/back", item => LastGood(item) is not null))["metadata"]!["annotations"]!["orchestrator.dev/last-good-replicaset"]; // Just seen.
        await PatchAsync("back", """{"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"c","image":"host:bad"}]}}}}""");
        var back = await server.GetAsync($"{Deployments}/back", item => Condition(item) is not null && Image(item) == "host");
        Assert.Equal(("True", "ProgressDeadlineExceeded", good), ((string?)Condition(back)?["status"], (string?)Condition(back)?["reason"], LastGood(back)));
        Assert.Contains("back to the template of \"" + good, (string?)Condition(back)?["message"], StringComparison.Ordinal);
        await server.ListAsync("/api/v1/namespaces/default/events?fieldSelector=reason%3DDeploymentRollback", items => items.Count == 1);
        // The good one is late too, and there is nothing better to go back to.
        await server.GetAsync($"{Deployments}/back", item => Reason(item, "Progressing") == "ProgressDeadlineExceeded" && Condition(item) is not null && Image(item) == "host");
        await PatchAsync("back", """{"spec":{"progressDeadlineSeconds":600,"template":{"spec":{"containers":[{"name":"c","image":"host:3"}]}}}}""");
        await server.GetAsync($"{Deployments}/back", item => Condition(item) is null && Image(item) == "host:3");
    }

    [Fact]
    public async Task Deadline_NotAsked_OnlyTells()
    {
        await CreateAsync("stays", "null");
        await server.GetAsync($"{Deployments}/stays", item => Reason(item, "Progressing") == "NewReplicaSetAvailable");
        await PatchAsync("stays", """{"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"c","image":"host:bad"}]}}}}""");
        Assert.Equal("host:bad", Image(await server.GetAsync($"{Deployments}/stays", item => Reason(item, "Progressing") == "ProgressDeadlineExceeded")));
    }

    private async Task CreateAsync(string name, string annotations)
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, Deployments, $$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}","annotations":{{annotations}} },
             "spec":{"replicas":0,"progressDeadlineSeconds":1,"selector":{"matchLabels":{"app":"{{name}}"} },
                     "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"c","image":"host"}]} } } }
            """);
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    private async Task PatchAsync(string name, string patch) => Assert.Equal(HttpStatusCode.OK,
        (await server.SendAsync(HttpMethod.Patch, $"{Deployments}/{name}", patch, "application/strategic-merge-patch+json")).Code);

    private static JsonNode? Condition(JsonNode item) => Conditions(item, "RolledBack");

    private static string? Reason(JsonNode item, string type) => (string?)Conditions(item, type)?["reason"];

    private static JsonNode? Conditions(JsonNode item, string type) => item["status"]?["conditions"]?.AsArray().FirstOrDefault(one => (string?)one?["type"] == type);

    private static string? LastGood(JsonNode item) => (string?)item["metadata"]?["annotations"]?["orchestrator.dev/last-good-replicaset"];

    private static string? Image(JsonNode item) => (string?)item["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"];
}
