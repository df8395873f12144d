using k8s;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Nodes;

/// <summary>Agents that die and come back, and a controller that does.</summary>
public sealed class NodeLifecycleTests
{
    [Fact]
    public async Task Agent_KilledAndRestarted_AdoptsItsPodsAndRestartsNoContainer()
    {
        await using var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(Pod("steady", "n1"), "default");
        var before = await Running(cluster, "steady");
        cluster.Agent("n1").Kill();
        await cluster.StartAgentAsync("n1");
        // Something new shows that the agent works again, with the old beside it.
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(Pod("after", "n1"), "default");
        await Running(cluster, "after");
        var now = await Running(cluster, "steady");
        Assert.Equal(before.Status.ContainerStatuses[0].ContainerID, now.Status.ContainerStatuses[0].ContainerID);
        Assert.Equal((0, before.Status.ContainerStatuses[0].State.Running.StartedAt), (now.Status.ContainerStatuses[0].RestartCount, now.Status.ContainerStatuses[0].State.Running.StartedAt));
        Assert.Equal(before.Status.PodIP, now.Status.PodIP);
    }

    [Fact]
    public async Task Node_ThatGoesDark_IsNotReadyAndItsPodsAreReplaced()
    {
        await using var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("moved", 2), "default");
        await cluster.AvailableAsync("moved", 2);
        cluster.Agent("n2").Kill();
        await Eventually.GetAsync(() => cluster.Client.CoreV1.ReadNodeAsync("n2"),
            node => node.Status.Conditions.First(condition => condition.Type == "Ready").Status == "Unknown", node => KubernetesJson.Serialize(node.Status.Conditions));
        await Eventually.GetAsync(() => cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: "app=moved", fieldSelector: "spec.nodeName=n1"),
            pods => pods.Items.Count(pod => pod.Metadata.DeletionTimestamp is null && pod.Status.Phase == "Running") == 2, pods => KubernetesJson.Serialize(pods.Items.Select(pod => pod.Status)));
        // The node returns: what was moved away from it is ended there, and it takes pods again.
        await cluster.StartAgentAsync("n2");
        await Eventually.GetAsync(() => cluster.Client.CoreV1.ListNamespacedPodAsync("default", fieldSelector: "spec.nodeName=n2"), pods => pods.Items.Count == 0, pods => KubernetesJson.Serialize(pods.Items));
        var node = await Eventually.GetAsync(() => cluster.Client.CoreV1.ReadNodeAsync("n2"), item => item.Spec.Taints is not { Count: > 0 }, item => KubernetesJson.Serialize(item));
        Assert.Equal("True", node.Status.Conditions.First(condition => condition.Type == "Ready").Status);
    }

    [Fact]
    public async Task Controller_KilledAndRestarted_FindsPodsRunningAsTheyWere()
    {
        await using var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("kept", 3), "default");
        await cluster.AvailableAsync("kept", 3);
        var before = await Containers(cluster);
        cluster.Controller.Kill();
        await cluster.StartControllerAsync();
        await cluster.Client.AppsV1.PatchNamespacedDeploymentScaleAsync(new V1Patch("""{"spec":{"replicas":4}}""", V1Patch.PatchType.MergePatch), "kept", "default");
        await cluster.AvailableAsync("kept", 4);
        Assert.Superset(before, await Containers(cluster));
    }

    private static async Task<HashSet<string>> Containers(TestCluster cluster) =>
        [.. (await cluster.Client.CoreV1.ListNamespacedPodAsync("default")).Items.Select(pod => $"{pod.Status.ContainerStatuses[0].ContainerID} {pod.Status.ContainerStatuses[0].RestartCount}")];

    private static Task<V1Pod> Running(TestCluster cluster, string name) =>
        Eventually.GetAsync(() => cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default"), pod => pod.Status.Phase == "Running", pod => KubernetesJson.Serialize(pod.Status));

    private static V1PodSpec Spec(string? node) => new()
    {
        NodeSelector = node is null ? null : new Dictionary<string, string> { ["kubernetes.io/hostname"] = node },
        TerminationGracePeriodSeconds = 1,
        // Pods that no node was chosen for leave a dark one at once; the others stay, however slow its return.
        Tolerations = [new() { Key = "node.kubernetes.io/unreachable", OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = node is null ? 1 : null }],
        Containers = [new() { Name = "c", Image = "host", Command = ["sleep", "1000"] }],
    };

    private static V1Pod Pod(string name, string node) => new() { Metadata = new() { Name = name }, Spec = Spec(node) };

    private static V1Deployment Deployment(string name, int replicas) => new()
    {
        Metadata = new() { Name = name },
        Spec = new()
        {
            Replicas = replicas,
            Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
            Template = new() { Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = name } }, Spec = Spec(null) },
        },
    };
}
