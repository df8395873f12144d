using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.CronJobs;

/// <summary>CronJobs through the API. That one was last due an hour ago is said by its status.</summary>
public sealed class CronJobTests(TestServer server) : IClassFixture<TestServer>
{
    private const string CronJobs = "/apis/batch/v1/namespaces/default/cronjobs";
    private const string Jobs = "/apis/batch/v1/namespaces/default/jobs";

    [Fact]
    public async Task CronJob_MissedTime_StartsOneJobForIt()
    {
        await CreateAsync("owed", suspend: true);
        var past = TimeProvider.System.GetUtcNow().AddHours(-2);
        await PatchAsync("owed/status", $$$"""{"status":{"lastScheduleTime":"{{{Timestamp.Seconds(past)}}}"} }""");
        await PatchAsync("owed", """{"spec":{"suspend":false}}""");
        var cron = await server.GetAsync($"{CronJobs}/owed", item => item["status"]?["active"] is JsonArray { Count: 1 });
        var job = (await server.SendAsync(HttpMethod.Get, $"{Jobs}/{cron["status"]!["active"]![0]!["name"]}")).Body;
        Assert.Equal("CronJob", (string?)job["metadata"]!["ownerReferences"]![0]!["kind"]);
        Assert.Equal("yes", (string?)job["metadata"]!["labels"]!["scheduled"]);
        Assert.Equal((string?)cron["status"]!["lastScheduleTime"], (string?)job["metadata"]!["annotations"]!["batch.kubernetes.io/cronjob-scheduled-timestamp"]);
        await server.SendAsync(HttpMethod.Delete, $"{CronJobs}/owed");
        await server.ListAsync($"{Jobs}?labelSelector=scheduled%3Dyes", items => items.Count == 0);
    }

    private Task<(System.Net.HttpStatusCode Code, JsonNode Body)> CreateAsync(string name, bool suspend) => server.SendAsync(HttpMethod.Post, CronJobs, $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{"schedule":"0 * * * *","suspend":{{{(suspend ? "true" : "false")}}},"jobTemplate":{"metadata":{"labels":{"scheduled":"yes"}},
        "spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"host"}] } } } } } }
        """);

    private Task<(System.Net.HttpStatusCode Code, JsonNode Body)> PatchAsync(string path, string patch) => server.SendAsync(HttpMethod.Patch, $"{CronJobs}/{path}", patch, "application/merge-patch+json");
}
