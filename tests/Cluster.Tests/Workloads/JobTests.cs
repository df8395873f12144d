using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>Jobs whose pods really run, driven with kubectl.</summary>
public sealed class JobTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Job_Indexed_RunsEachIndexOnceAndIsComplete()
    {
        (await ApplyAsync("indexed", "completions: 5, parallelism: 2, completionMode: Indexed", "echo index $JOB_COMPLETION_INDEX")).Succeeded();
        Assert.Equal("job.batch/indexed condition met\n", (await cluster.KubectlAsync("wait --for=condition=complete job/indexed --timeout=60s")).Succeeded());
        Assert.Matches(@"NAME\s+STATUS\s+COMPLETIONS\s+DURATION\s+AGE\nindexed\s+Complete\s+5/5\s+\d+s", (await cluster.KubectlAsync("get job indexed")).Succeeded());
        Assert.Equal("0-4", (await cluster.KubectlAsync("get job indexed -o jsonpath={.status.completedIndexes}")).Succeeded().Trim());
        var lines = (await cluster.KubectlAsync("logs -l job-name=indexed --tail=-1")).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 5).Select(index => $"index {index}"), lines.Order(StringComparer.Ordinal));
        var described = (await cluster.KubectlAsync("describe job indexed")).Succeeded();
        Assert.Contains("Completed Indexes:  0-4", described, StringComparison.Ordinal);
        Assert.Contains("Job completed", described, StringComparison.Ordinal);
        Assert.Equal("job.batch \"indexed\" deleted\n", (await cluster.KubectlAsync("delete job indexed --timeout=30s")).Succeeded());
        await GoneAsync("indexed");
    }

    [Fact]
    public async Task Job_Logs_AreFoundByTheJobsName()
    {
        (await ApplyAsync("told", "completions: 1", "echo well done")).Succeeded();
        (await cluster.KubectlAsync("wait --for=condition=complete job/told --timeout=60s")).Succeeded();
        Assert.Equal("well done\n", (await cluster.KubectlAsync("logs job/told")).Succeeded());
    }

    [Fact]
    public async Task Job_ThatFails_SaysSo()
    {
        (await ApplyAsync("failing", "backoffLimit: 0", "exit 3")).Succeeded();
        (await cluster.KubectlAsync("wait --for=condition=failed job/failing --timeout=60s")).Succeeded();
        Assert.Contains("BackoffLimitExceeded", (await cluster.KubectlAsync("describe job failing")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ControllerKilledInTheMiddle_LosesAndDoublesNoCompletion()
    {
        (await ApplyAsync("killed", "completions: 12, parallelism: 4", "sleep 0.3")).Succeeded();
        for (var kills = 0; kills < 3; kills++)
        {
            var seen = kills * 3;
            await Eventually.GetAsync(() => StatusAsync("killed"), status => (int?)status["succeeded"] > seen, status => status.ToJsonString());
            cluster.Controller.Kill();
            await cluster.StartControllerAsync();
        }
        (await cluster.KubectlAsync("wait --for=condition=complete job/killed --timeout=90s")).Succeeded();
        var status = await StatusAsync("killed");
        Assert.Equal((12, null), ((int)status["succeeded"]!, (int?)status["failed"]));
        var pods = (await cluster.KubectlAsync("get pods -l job-name=killed --no-headers")).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(12, pods.Count(pod => pod.Contains("Completed", StringComparison.Ordinal)));
    }

    private async Task<JsonNode> StatusAsync(string name) =>
        JsonNode.Parse((await cluster.KubectlAsync($"get job {name} -o json")).Succeeded())!["status"]!;

    private Task<string> GoneAsync(string name) => Eventually.GetAsync(async () => (await cluster.KubectlAsync($"get pods -l job-name={name} -o name")).Succeeded(),
        names => names.Length == 0, names => names);

    private Task<CommandResult> ApplyAsync(string name, string fields, string script) => cluster.KubectlAsync("apply -f -", $$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: {{name}}}
        spec: { {{fields}}, template: {spec: {restartPolicy: Never, containers: [ {name: c, image: host, command: [sh, -c, '{{script}}'] } ] } } }
        """);
}
