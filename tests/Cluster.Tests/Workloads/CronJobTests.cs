using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>CronJobs whose pods really run. A time that was missed is made up for, so nobody has to wait for the next minute.</summary>
public sealed class CronJobTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task CronJob_MissedTime_RunsItsJobAndShowsIt()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: report}
            spec:
              schedule: "0 * * * *"
              timeZone: Etc/UTC
              suspend: true
              jobTemplate:
                metadata: {labels: {app: report}}
                spec:
                  template:
                    metadata: {labels: {app: report}}
                    spec:
                      restartPolicy: Never
                      containers: [{name: c, image: host, command: [sh, -c, 'echo reported']}]
            """)).Succeeded();
        Assert.Matches(@"NAME\s+SCHEDULE\s+TIMEZONE\s+SUSPEND\s+ACTIVE\s+LAST SCHEDULE\s+AGE\nreport\s+0 \* \* \* \*\s+Etc/UTC\s+True\s+0\s+<none>", (await cluster.KubectlAsync("get cronjobs")).Succeeded());
        (await cluster.KubectlAsync(["patch", "cronjob", "report", "--subresource=status", "--type=merge", "-p", """{"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}"""])).Succeeded();
        (await cluster.KubectlAsync(["patch", "cronjob", "report", "-p", """{"spec":{"suspend":false}}"""])).Succeeded();
        (await cluster.KubectlAsync("wait job -l app=report --for=create --timeout=30s")).Succeeded();
        (await cluster.KubectlAsync("wait job -l app=report --for=condition=complete --timeout=60s")).Succeeded();
        Assert.Equal("reported\n", (await cluster.KubectlAsync("logs -l app=report")).Succeeded());
        Assert.Contains("Created job report-", (await cluster.KubectlAsync("describe cronjob report")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete cronjob report")).Succeeded();
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get pods,jobs -l app=report -o name")).Succeeded(), names => names.Length == 0, names => names);
    }
}
