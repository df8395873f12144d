using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>DaemonSets whose pods the agents place and really run, driven with kubectl.</summary>
public sealed class DaemonSetTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task DaemonSet_RollsUndoesAndComesToANodeThatJoins()
    {
        (await ApplyAsync("log", "echo one")).Succeeded();
        (await cluster.KubectlAsync("rollout status ds/log --timeout=60s")).Succeeded();
        Assert.Matches(@"NAME\s+DESIRED\s+CURRENT\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+NODE SELECTOR\s+AGE\nlog\s+2\s+2\s+2\s+2\s+2\s+<none>", (await cluster.KubectlAsync("get ds log")).Succeeded());
        (await ApplyAsync("log", "echo two")).Succeeded();
        (await cluster.KubectlAsync("rollout status ds/log --timeout=60s")).Succeeded();
        Assert.Equal("two\ntwo\n", (await cluster.KubectlAsync("logs -l app=log")).Succeeded());
        Assert.Matches(@"REVISION\s+CHANGE-CAUSE\n1\s+<none>\n2\s+<none>", (await cluster.KubectlAsync("rollout history ds/log")).Succeeded());
        Assert.Equal("daemonset.apps/log rolled back\n", (await cluster.KubectlAsync("rollout undo ds/log")).Succeeded());
        (await cluster.KubectlAsync("rollout status ds/log --timeout=60s")).Succeeded();
        Assert.Equal("one\none\n", (await cluster.KubectlAsync("logs -l app=log")).Succeeded());
        (await cluster.KubectlAsync("rollout restart ds/log")).Succeeded();
        (await cluster.KubectlAsync("rollout status ds/log --timeout=60s")).Succeeded();
        Assert.Contains("SuccessfulCreate", (await cluster.KubectlAsync("describe ds log")).Succeeded(), StringComparison.Ordinal);

        await cluster.StartAgentAsync("n3");
        var joined = TimeProvider.System.GetTimestamp();
        await Eventually.GetAsync(() => PodsAsync("log"), pods => pods.Any(pod => pod.Spec.NodeName == "n3"), pods => $"{pods.Count} pods");
        // The goal is 2 s; other tests run beside this one.
        Assert.InRange(TimeProvider.System.GetElapsedTime(joined), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        (await cluster.KubectlAsync("rollout status ds/log --timeout=60s")).Succeeded();
        // Forced: a pod of another test's DaemonSet that is gone may still be on its way out, which kubectl else refuses to drain.
        (await cluster.KubectlAsync("drain n1 --ignore-daemonsets --force --timeout=60s")).Succeeded();
        Assert.Contains("n1", (await PodsAsync("log")).Select(pod => pod.Spec.NodeName));
        (await cluster.KubectlAsync("uncordon n1")).Succeeded();
        (await cluster.KubectlAsync("taint node n2 off=yes:NoExecute")).Succeeded();
        await Eventually.GetAsync(() => PodsAsync("log"), pods => pods.Count == 2 && pods.All(pod => pod.Spec.NodeName != "n2"), pods => $"{pods.Count} pods");
        (await cluster.KubectlAsync("taint node n2 off-")).Succeeded();
        (await cluster.KubectlAsync("delete ds log --cascade=foreground --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task DaemonSet_PodEndsWhileTheControllerIsAway_GoesOnAndIsTheSameAtItsReturn()
    {
        var marks = Path.Combine(cluster.DataFolder("n1"), "marks");
        // It takes its time to end: long enough for the controller to be gone before.
        (await ApplyAsync("lone", $"echo up >> {marks}", "nodeSelector: {kubernetes.io/hostname: n1}", atEnd: "sleep 4;")).Succeeded();
        (await cluster.KubectlAsync("rollout status ds/lone --timeout=60s")).Succeeded();
        var old = Assert.Single(await PodsAsync("lone"));
        (await cluster.KubectlAsync($"delete pod {old.Metadata.Name} --wait=false")).Succeeded();
        cluster.Controller.Kill();
        await Eventually.GetAsync(() => File.ReadAllLinesAsync(marks, TestContext.Current.CancellationToken), lines => lines.Length == 2, lines => $"{lines.Length} starts");
        await cluster.StartControllerAsync();
        await Eventually.GetAsync(() => PodsAsync("lone"), pods => pods is [{ Status.Phase: "Running" } one] && one.Metadata.Uid != old.Metadata.Uid, pods => string.Join(',', pods.Select(pod => $"{pod.Metadata.Uid} {pod.Status?.Phase}")));
        (await cluster.KubectlAsync("rollout status ds/lone --timeout=60s")).Succeeded();
        // What was begun without the controller is what the controller knows: nothing was started a third time.
        var starts = (await File.ReadAllLinesAsync(marks, TestContext.Current.CancellationToken)).Length;
        Assert.True(starts == 2, $"{starts} starts; {string.Join(',', (await PodsAsync("lone")).Select(pod => $"{pod.Metadata.Uid} {pod.Status.ContainerStatuses?.Sum(status => status.RestartCount)}"))}, before {old.Metadata.Uid}: {cluster.Agent("n1").Log}");
        (await cluster.KubectlAsync("delete ds lone --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task DaemonSet_WithSurge_NodeIsNeverWithoutAReadyPod()
    {
        const string Surge = "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}";
        (await ApplyAsync("surge", "echo one", "nodeSelector: {kubernetes.io/hostname: n1}", strategy: Surge)).Succeeded();
        (await cluster.KubectlAsync("rollout status ds/surge --timeout=60s")).Succeeded();
        var old = Assert.Single(await PodsAsync("surge")).Metadata.Name;
        (await ApplyAsync("surge", "echo two", "nodeSelector: {kubernetes.io/hostname: n1}", strategy: Surge)).Succeeded();
        var most = 0;
        await Eventually.GetAsync(() => PodsAsync("surge"), pods =>
        {
            Assert.Contains(pods, pod => pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true);
            most = Math.Max(most, pods.Count);
            return pods is [var one] && one.Metadata.Name != old;
        }, pods => string.Join(',', pods.Select(pod => pod.Metadata.Name)));
        Assert.Equal(2, most);
        (await cluster.KubectlAsync("delete ds surge --timeout=60s")).Succeeded();
    }

    private async Task<IList<k8s.Models.V1Pod>> PodsAsync(string app) =>
        (await cluster.Client.CoreV1.ListNamespacedPodWithHttpMessagesAsync("default", labelSelector: $"app={app}", cancellationToken: TestContext.Current.CancellationToken)).Body.Items;

    private Task<CommandResult> ApplyAsync(string name, string begin, string where = "", string atEnd = "", string strategy = "") => cluster.KubectlAsync("apply -f -", $$"""
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: {{name}}}
        spec:
          selector: {matchLabels: {app: {{name}} } }
          {{strategy}}
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              {{where}}
              terminationGracePeriodSeconds: 10
              containers:
              - name: c
                image: host
                command: [sh, -c, 'trap "{{atEnd}} exit 0" TERM; {{begin}}; while :; do sleep 0.1; done']
        """);
}
