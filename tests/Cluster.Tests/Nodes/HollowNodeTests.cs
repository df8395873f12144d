using k8s;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Nodes;

/// <summary>Many fake nodes in one process, beside no real one.</summary>
public sealed class HollowNodeTests : IAsyncLifetime
{
    private const int Nodes = 20;
    private readonly HollowCluster _cluster = new();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task HollowNodes_RunADeploymentAndAJob_AndNothingIsLeft()
    {
        using var agent = await StartAsync();
        var nodes = await _cluster.Client.CoreV1.ListNodeAsync(labelSelector: "orchestrator.dev/hollow=true");
        Assert.Equal(Nodes, nodes.Items.Count);
        Assert.All(nodes.Items, node => Assert.Equal("True", node.Status.Conditions.Single(condition => condition.Type == "Ready").Status));
        Assert.Equal(Nodes, nodes.Items.Select(node => node.Spec.PodCIDR).Distinct().Count());
        (await _cluster.KubectlAsync("create deployment web --image=nginx --replicas=100")).Succeeded();
        await AvailableAsync(100);
        (await _cluster.KubectlAsync("scale deployment web --replicas=30")).Succeeded();
        await AvailableAsync(30);
        (await _cluster.KubectlAsync("create job count --image=busybox")).Succeeded();
        (await _cluster.KubectlAsync("wait --for=condition=complete job/count --timeout=60s")).Succeeded();
        var pods = (await PodsAsync()).Items.Where(pod => pod.Status.Phase == "Running").ToList();
        Assert.Equal(30, pods.Select(pod => pod.Status.PodIP).Distinct().Count());
        (await _cluster.KubectlAsync("delete deployment/web job/count")).Succeeded();
        await Eventually.GetAsync(PodsAsync, list => list.Items.Count == 0, list => KubernetesJson.Serialize(list.Items.Select(pod => pod.Status)));
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact]
    public async Task HollowNodes_AServiceOfManyPods_HasThemInSlicesOfAHundredThroughARollout()
    {
        using var agent = await StartAsync();
        (await _cluster.KubectlAsync("create deployment web --image=nginx --replicas=250")).Succeeded();
        (await _cluster.KubectlAsync("expose deployment web --port=80")).Succeeded();
        var before = await SlicesAsync(slices => Ready(slices).Count == 250);
        Assert.InRange(before.Count, 3, 6);
        (await _cluster.KubectlAsync("set image deployment/web nginx=nginx:2")).Succeeded();
        var old = Ready(before);
        await SlicesAsync(slices => Ready(slices) is { Count: 250 } now && !now.Overlaps(old));
        (await _cluster.KubectlAsync("scale deployment web --replicas=0")).Succeeded();
        await SlicesAsync(slices => slices is [{ Endpoints: null or { Count: 0 } }]);
        (await _cluster.KubectlAsync("delete deployment/web service/web")).Succeeded();
        await SlicesAsync(slices => slices.Count == 0);
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact]
    public async Task HollowNodes_AgentStartedAgain_GoesOnWithItsPodsAndRestartsNone()
    {
        using (var first = await StartAsync())
        {
            (await _cluster.KubectlAsync("create deployment web --image=nginx --replicas=40")).Succeeded();
            await AvailableAsync(40);
            first.Kill();
        }
        var before = (await PodsAsync()).Items.Select(Identity).Order(StringComparer.Ordinal).ToList();
        using var second = await StartAsync();
        (await _cluster.KubectlAsync("scale deployment web --replicas=45")).Succeeded();
        await AvailableAsync(45);
        var pods = (await PodsAsync()).Items;
        Assert.Subset(pods.Select(Identity).ToHashSet(StringComparer.Ordinal), before.ToHashSet(StringComparer.Ordinal));
        Assert.Equal(45, pods.Select(pod => pod.Status.PodIP).Distinct().Count());
        Assert.Equal(0, await second.StopAsync());
    }

    [Fact]
    public async Task HollowNodes_WithANodesOwnCertificate_SaysWhatIsNeeded()
    {
        await _cluster.StartAgentAsync("real");
        var result = await Command.RunAsync(Checkout.Program("agent", "orchestrator-agent"),
            ["--hollow", "2", "--data", _cluster.DataFolder("refused"), "--kubeconfig", Path.Combine(_cluster.DataFolder("real"), "agent.kubeconfig")]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is the certificate of node real, which may act for that node only", result.Error, StringComparison.Ordinal);
    }

    private Task<ClusterProcess> StartAsync() => ClusterProcess.StartAsync(Checkout.Program("agent", "orchestrator-agent"),
        ["--hollow", $"{Nodes}", "--data", _cluster.DataFolder("hollow"), "--kubeconfig", _cluster.KubeConfig, "--hollow-start-delay", "00:00:00.2", "--hollow-run-time", "00:00:01"],
        $"Hollow nodes hollow-0 to hollow-{Nodes - 1} ready");

    private Task<V1PodList> PodsAsync() => _cluster.Client.CoreV1.ListNamespacedPodAsync("default");

    private Task<V1Deployment> AvailableAsync(int replicas) => Eventually.GetAsync(() => _cluster.Client.AppsV1.ReadNamespacedDeploymentAsync("web", "default"),
        item => item.Status.AvailableReplicas == replicas && item.Status.Replicas == replicas, item => KubernetesJson.Serialize(item.Status));

    /// <summary>Polls the service's slices; none ever has more than a hundred endpoints.</summary>
    private Task<IList<V1EndpointSlice>> SlicesAsync(Func<IList<V1EndpointSlice>, bool> wanted) => Eventually.GetAsync(
        async () => (await _cluster.Client.DiscoveryV1.ListNamespacedEndpointSliceAsync("default", labelSelector: "kubernetes.io/service-name=web")).Items,
        slices =>
        {
            Assert.All(slices, slice => Assert.InRange(slice.Endpoints?.Count ?? 0, 0, 100));
            return wanted(slices);
        },
        slices => string.Join(' ', slices.Select(slice => $"{slice.Metadata.Name}: {slice.Endpoints?.Count}, {Ready([slice]).Count} ready")), 120);

    private static HashSet<string> Ready(IEnumerable<V1EndpointSlice> slices) =>
        [.. slices.SelectMany(slice => slice.Endpoints ?? []).Where(endpoint => endpoint.Conditions.Ready == true).Select(endpoint => endpoint.TargetRef.Name)];

    private static string Identity(V1Pod pod) => $"{pod.Status.ContainerStatuses[0].ContainerID} {pod.Status.ContainerStatuses[0].RestartCount} {pod.Status.PodIP}";

    private sealed class HollowCluster : TestCluster
    {
        protected override IReadOnlyList<string> Agents => [];
    }
}
