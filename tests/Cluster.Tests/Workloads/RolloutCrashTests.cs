using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>Rollouts in whose middle the controller is killed and started again: they end as if it had not been.</summary>
public sealed class RolloutCrashTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const int Kills = 3;

    [Theory]
    [InlineData("Deployment", "replicas: 4, strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}},", 4, 5)]
    [InlineData("StatefulSet", "replicas: 4, serviceName: none,", 4, 4)]
    [InlineData("DaemonSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 1}},", 2, 2)]
    public async Task Rollout_ControllerKilledInTheMiddle_EndsAsItWould(string kind, string fields, int pods, int most)
    {
        var name = kind.ToLowerInvariant();
        (await ApplyAsync(kind, fields, "one")).Succeeded();
        (await cluster.KubectlAsync($"rollout status {name}/{name} --timeout=90s")).Succeeded();
        (await ApplyAsync(kind, fields, "two")).Succeeded();
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Each time a little further on, for as long as there is a middle.
            var wanted = Math.Min(kill, pods - 1);
            await Eventually.GetAsync(() => StatusAsync(name), status => Updated(status) >= wanted, status => status.ToJsonString());
            cluster.Controller.Kill();
            await cluster.StartControllerAsync();
            Assert.InRange(await PodsAsync(name), 1, most);
        }
        (await cluster.KubectlAsync($"rollout status {name}/{name} --timeout=90s")).Succeeded();
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync($"get pods -l app={name} -o jsonpath={{.items[*].spec.containers[*].env[0].value}}")).Succeeded().Trim(),
            texts => texts == string.Join(' ', Enumerable.Repeat("two", pods)), texts => texts);
        (await cluster.KubectlAsync($"delete {name} {name} --cascade=foreground --timeout=60s")).Succeeded();
    }

    private static int Updated(JsonNode status) => (int?)(status["updatedReplicas"] ?? status["updatedNumberScheduled"]) ?? 0;

    /// <summary>Pods but for those on their way out.</summary>
    private async Task<int> PodsAsync(string name) =>
        JsonNode.Parse((await cluster.KubectlAsync($"get pods -l app={name} -o json")).Succeeded())!["items"]!.AsArray().Count(pod => pod!["metadata"]!["deletionTimestamp"] is null);

    private async Task<JsonNode> StatusAsync(string name) => JsonNode.Parse((await cluster.KubectlAsync($"get {name} {name} -o json")).Succeeded())!["status"]!;

    private Task<CommandResult> ApplyAsync(string kind, string fields, string text) => cluster.KubectlAsync("apply -f -", $$"""
        apiVersion: apps/v1
        kind: {{kind}}
        metadata: {name: {{kind.ToLowerInvariant()}} }
        spec: { {{fields}}
          selector: {matchLabels: {app: {{kind.ToLowerInvariant()}} } },
          template: {
            metadata: {labels: {app: {{kind.ToLowerInvariant()}} } },
            spec: {terminationGracePeriodSeconds: 1, containers: [ {name: c, image: host, command: [sleep, '600'], env: [ {name: T, value: {{text}} } ] } ] } } }
        """);
}
