using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>StatefulSets whose pods really run, driven with kubectl.</summary>
public sealed class StatefulSetTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task StatefulSet_RollsScalesAndUndoes()
    {
        (await ApplyAsync("db", "one")).Succeeded();
        Assert.Contains("roll out complete", (await cluster.KubectlAsync("rollout status sts/db --timeout=60s")).Succeeded().Replace("rolling update", "roll out", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Matches(@"NAME\s+READY\s+AGE\ndb\s+2/2", (await cluster.KubectlAsync("get sts db")).Succeeded());
        Assert.Equal("pod/db-0\npod/db-1\n", (await cluster.KubectlAsync("get pods -l app=db -o name")).Succeeded());
        Assert.Equal("one in db-1\n", (await cluster.KubectlAsync("logs db-1")).Succeeded());

        (await ApplyAsync("db", "two")).Succeeded();
        (await cluster.KubectlAsync("rollout status sts/db --timeout=60s")).Succeeded();
        Assert.Equal("two in db-0\n", (await cluster.KubectlAsync("logs db-0")).Succeeded());
        Assert.Matches(@"REVISION\s+CHANGE-CAUSE\n1\s+<none>\n2\s+<none>", (await cluster.KubectlAsync("rollout history sts/db")).Succeeded());
        Assert.Equal("statefulset.apps/db rolled back\n", (await cluster.KubectlAsync("rollout undo sts/db")).Succeeded());
        (await cluster.KubectlAsync("rollout status sts/db --timeout=60s")).Succeeded();
        Assert.Equal("one in db-0\n", (await cluster.KubectlAsync("logs db-0")).Succeeded());

        (await cluster.KubectlAsync("scale sts/db --replicas=3")).Succeeded();
        (await cluster.KubectlAsync("wait sts/db --for=jsonpath={.status.availableReplicas}=3 --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("scale sts/db --replicas=1")).Succeeded();
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get pods -l app=db -o name")).Succeeded(), names => names == "pod/db-0\n", names => names);
        Assert.Contains("Deleted pod: db-2", (await cluster.KubectlAsync("describe sts db")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete sts db --cascade=foreground --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task StatefulSet_NodeLost_NoSecondPodUntilTheFirstIsGone()
    {
        (await ApplyAsync("lone", "here", replicas: 1, node: "n2")).Succeeded();
        (await cluster.KubectlAsync("rollout status sts/lone --timeout=60s")).Succeeded();
        var first = await UidAsync();
        cluster.Agent("n2").Kill();
        (await cluster.KubectlAsync("wait node/n2 --for=condition=Ready=Unknown --timeout=30s")).Succeeded();
        (await cluster.KubectlAsync("delete pod lone-0 --wait=false")).Succeeded();
        // Whatever the controller does, and however often it starts anew: the name is taken.
        cluster.Controller.Kill();
        await cluster.StartControllerAsync();
        (await cluster.KubectlAsync("wait sts/lone --for=jsonpath={.status.replicas}=0 --timeout=30s")).Succeeded();
        Assert.Equal(first, await UidAsync());
        await cluster.StartAgentAsync("n2");
        await Eventually.GetAsync(UidAsync, uid => uid.Length > 0 && uid != first, uid => uid);
        (await cluster.KubectlAsync("rollout status sts/lone --timeout=60s")).Succeeded();
    }

    private async Task<string> UidAsync() => (await cluster.KubectlAsync("get pods -l app=lone -o jsonpath={.items[*].metadata.uid}")).Succeeded().Trim();

    private Task<CommandResult> ApplyAsync(string name, string text, int replicas = 2, string? node = null) => cluster.KubectlAsync("apply -f -", $$"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: {{name}}}
        spec:
          replicas: {{replicas}}
          serviceName: {{name}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              {{(node is null ? "" : $"nodeSelector: {{kubernetes.io/hostname: {node}}}")}}
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: host
                command: [sh, -c, 'trap "exit 0" TERM; echo "{{text}} in $POD"; while :; do sleep 0.1; done']
                env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name} } }]
        """);
}
