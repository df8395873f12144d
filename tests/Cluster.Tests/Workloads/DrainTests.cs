using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>Nodes emptied with kubectl drain, budgets kept.</summary>
public sealed class DrainTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Drain_WithABudget_MovesPodsAndNeverGoesBelowIt()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: moved}
            spec:
              replicas: 4
              selector: {matchLabels: {app: moved}}
              template:
                metadata: {labels: {app: moved}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: c, image: host, command: [sh, -c, 'trap "exit 0" TERM; while :; do sleep 0.1; done']}]
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: moved}
            spec: {minAvailable: 3, selector: {matchLabels: {app: moved}}}
            """)).Succeeded();
        (await cluster.KubectlAsync("rollout status deploy/moved --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pdb/moved --for=jsonpath={.status.disruptionsAllowed}=1 --timeout=30s")).Succeeded();
        Assert.Matches(@"NAME\s+MIN AVAILABLE\s+MAX UNAVAILABLE\s+ALLOWED DISRUPTIONS\s+AGE\nmoved\s+3\s+N/A\s+1", (await cluster.KubectlAsync("get pdb")).Succeeded());

        var draining = cluster.KubectlAsync("drain n1 --timeout=120s");
        var least = 4;
        while (!draining.IsCompleted)
        {
            var healthy = (await cluster.KubectlAsync("get pdb moved -o jsonpath={.status.currentHealthy}")).Succeeded().Trim();
            least = Math.Min(least, int.Parse(healthy, System.Globalization.CultureInfo.InvariantCulture));
        }
        Assert.Contains("node/n1 drained", (await draining).Succeeded(), StringComparison.Ordinal);
        Assert.True(least >= 3, $"the budget of 3 fell to {least}");
        Assert.DoesNotContain("n1", (await cluster.KubectlAsync("get pods -l app=moved -o jsonpath={.items[*].spec.nodeName}")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("node/n1 uncordoned\n", (await cluster.KubectlAsync("uncordon n1")).Succeeded());
    }
}
