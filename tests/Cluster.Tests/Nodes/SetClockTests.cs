using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Nodes;

/// <summary>The clock of one machine of a cluster is set, two hours ahead and back again: all goes on, and nothing is taken for dead.</summary>
public sealed class SetClockTests
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    [Theory]
    [InlineData(ClockCluster.OfController)]
    [InlineData("n1")]
    public async Task Set_AheadAndBack_PodsStayAndNewOnesComeAndGo(string machine)
    {
        Assert.SkipUnless(File.Exists(FakeTime), "what sets a process's clock is not installed (Debian: libfaketime)");
        await using var cluster = new ClockCluster(FakeTime);
        await cluster.InitializeAsync();
        await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("kept", 2), "default");
        await cluster.AvailableAsync("kept", 2);
        var before = await Containers(cluster);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var notReady = new ConcurrentBag<string>();
        var watching = NoteNotReadyAsync(cluster, notReady, end.Token);

        foreach (var clock in new[] { "+2h", "+0" })
        {
            cluster.Set(machine, clock);
            var name = clock == "+0" ? "back" : "ahead";
            await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(Deployment(name, 2), "default");
            await cluster.AvailableAsync(name, 2);
            // A rollout goes through whatever the clocks say, and what it replaces ends within its grace.
            await cluster.Client.AppsV1.PatchNamespacedDeploymentAsync(
                new V1Patch("""{"spec":{"template":{"metadata":{"annotations":{"again":"yes"}}}}}""", V1Patch.PatchType.MergePatch), name, "default");
            await Eventually.GetAsync(() => cluster.Client.AppsV1.ReadNamespacedDeploymentAsync(name, "default"),
                item => item.Status is { UpdatedReplicas: 2, AvailableReplicas: 2, Replicas: 2, ObservedGeneration: 2 }, item => KubernetesJson.Serialize(item.Status));
            await cluster.Client.BatchV1.CreateNamespacedJobAsync(Job(name), "default");
            var done = await Eventually.GetAsync(() => cluster.Client.BatchV1.ReadNamespacedJobAsync(name, "default"),
                job => job.Status.Conditions?.Any(condition => condition is { Type: "Complete", Status: "True" }) == true, job => KubernetesJson.Serialize(job.Status));
            Assert.Equal((3, null), (done.Status.Succeeded, done.Status.Failed));
            await cluster.Client.AppsV1.DeleteNamespacedDeploymentAsync(name, "default");
            await Eventually.GetAsync(() => cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"app={name}"), pods => pods.Items.Count == 0, pods => KubernetesJson.Serialize(pods.Items));
        }

        await end.CancelAsync();
        await watching;
        Assert.Empty(notReady);
        Assert.Equal(before, await Containers(cluster));
    }

    private static async Task NoteNotReadyAsync(TestCluster cluster, ConcurrentBag<string> notReady, CancellationToken end)
    {
        try
        {
            await foreach (var (_, node) in cluster.Client.CoreV1.WatchListNodeAsync(cancellationToken: end))
            {
                if (node.Status.Conditions.First(condition => condition.Type == "Ready") is { Status: not "True" } ready)
                {
                    notReady.Add($"{node.Metadata.Name}: {ready.Status} {ready.Reason} {ready.Message}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task<string> Containers(TestCluster cluster) =>
        string.Join('\n', (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: "app=kept")).Items.Select(pod => $"{pod.Status.ContainerStatuses[0].ContainerID} {pod.Status.ContainerStatuses[0].RestartCount}"));

    private static V1PodTemplateSpec Template(string name, string restartPolicy, params string[] command) => new()
    {
        Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = name } },
        Spec = new() { RestartPolicy = restartPolicy, TerminationGracePeriodSeconds = 2, Containers = [new() { Name = "c", Image = "host", Command = [.. command] }] },
    };

    private static V1Deployment Deployment(string name, int replicas) => new()
    {
        Metadata = new() { Name = name },
        Spec = new()
        {
            Replicas = replicas,
            Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
            // Deaf to the signal: only the end of its grace ends it.
            Template = Template(name, "Always", "sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"),
        },
    };

    private static V1Job Job(string name) => new()
    {
        Metadata = new() { Name = name },
        Spec = new() { Completions = 3, Parallelism = 2, BackoffLimit = 0, Template = Template($"job-{name}", "Never", "sh", "-c", "sleep 0.3") },
    };

    /// <summary>A cluster each of whose programs has a clock of its own.</summary>
    private sealed class ClockCluster(string library) : TestCluster
    {
        public const string OfController = "controller";
        private readonly string _clocks = Directory.CreateTempSubdirectory("orchestrator-clocks-").FullName;

        public void Set(string machine, string clock) => File.WriteAllText(Path.Combine(_clocks, machine), clock + "\n");

        protected override IReadOnlyList<string> Inside(string? node)
        {
            var clock = Path.Combine(_clocks, node ?? OfController);
            if (!File.Exists(clock))
            {
                File.WriteAllText(clock, "+0\n");
            }
            return ["env", $"LD_PRELOAD={library}", $"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_NO_CACHE=1"];
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Directory.Delete(_clocks, recursive: true);
        }
    }
}
