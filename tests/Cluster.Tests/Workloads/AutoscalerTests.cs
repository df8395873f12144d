using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>An autoscaler of pods that really work, driven with kubectl.</summary>
public sealed class AutoscalerTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Autoscaler_LoadScalesOut_CalmScalesIn()
    {
        // Each pod works while the file is there.
        var load = Path.Combine(cluster.DataFolder("n1"), "load");
        await File.WriteAllTextAsync(load, "", TestContext.Current.CancellationToken);
        (await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: busy}
            spec:
              selector: {matchLabels: {app: busy} }
              template:
                metadata: {labels: {app: busy} }
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: c
                    image: host
                    command: [sh, -c, 'while :; do if [ -e {{load}} ]; then i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; else sleep 1; fi; done']
                    resources: {requests: {cpu: 60m} }
            """)).Succeeded();
        (await cluster.KubectlAsync("rollout status deployment/busy --timeout=60s")).Succeeded();
        Assert.Contains("horizontalpodautoscaler.autoscaling/busy autoscaled", (await cluster.KubectlAsync("autoscale deployment busy --cpu-percent=50 --min=1 --max=3")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync(["patch", "hpa", "busy", "--type=merge", "-p",
            """{"spec":{"behavior":{"scaleDown":{"stabilizationWindowSeconds":5,"policies":[{"type":"Pods","value":1,"periodSeconds":2}]}}}}"""])).Succeeded();

        (await cluster.KubectlAsync("wait deployment/busy --for=jsonpath={.status.readyReplicas}=3 --timeout=120s")).Succeeded();
        Assert.Matches(@"NAME\s+REFERENCE\s+TARGETS\s+MINPODS\s+MAXPODS\s+REPLICAS\s+AGE\nbusy\s+Deployment/busy\s+cpu: \d+%/50%\s+1\s+3", (await cluster.KubectlAsync("get hpa busy")).Succeeded());
        var told = (await cluster.KubectlAsync("describe hpa busy")).Succeeded();
        Assert.Contains("SuccessfulRescale", told, StringComparison.Ordinal);
        Assert.Contains("ValidMetricFound", told, StringComparison.Ordinal);
        Assert.Matches(@"busy\s+Deployment/busy\s+cpu: \d+%/50%\s+1\s+3", (await cluster.KubectlAsync("get horizontalpodautoscalers.v1.autoscaling busy")).Succeeded());
        Assert.Contains("SuccessfulRescale", (await cluster.KubectlAsync("get events.v1.events.k8s.io --field-selector=regarding.name=busy")).Succeeded(), StringComparison.Ordinal);

        File.Delete(load);
        (await cluster.KubectlAsync("wait deployment/busy --for=jsonpath={.status.replicas}=1 --timeout=120s")).Succeeded();
        Assert.Contains("All metrics below target", (await cluster.KubectlAsync("describe hpa busy")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete hpa,deployment busy --timeout=60s")).Succeeded();
    }
}
