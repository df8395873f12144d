using k8s;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Networking;

/// <summary>What is behind a service follows the pods that really run.</summary>
public sealed class EndpointTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Service = "kubernetes.io/service-name";

    [Fact]
    public async Task Readiness_Lost_IsOutOfTheSliceWithinASecondAndComesBack()
    {
        var mark = Path.Combine(cluster.DataFolder("n1"), "ready");
        var leave = Path.Combine(cluster.DataFolder("n1"), "leave");
        await File.WriteAllTextAsync(mark, "", TestContext.Current.CancellationToken);
        (await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: probed}
            spec: {selector: {app: probed}, ports: [{port: 80, targetPort: web}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: probed, labels: {app: probed} }
            spec:
              nodeName: n1
              terminationGracePeriodSeconds: 60
              containers:
              - name: c
                image: host
                command: [sh, -c, 'trap "while [ ! -e {{leave}} ]; do sleep 0.1; done; exit 0" TERM; while :; do sleep 0.1; done']
                ports: [{name: web, containerPort: 8080}]
                readinessProbe: {exec: {command: [test, -e, {{mark}}]}, periodSeconds: 1, failureThreshold: 1}
            """)).Succeeded();
        var endpoint = await EndpointAsync("probed", endpoint => endpoint.Conditions.Ready == true);
        var pod = await cluster.Client.CoreV1.ReadNamespacedPodAsync("probed", "default", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((pod.Status.PodIP, "n1", pod.Metadata.Uid), (endpoint.Addresses[0], endpoint.NodeName, endpoint.TargetRef.Uid));

        File.Delete(mark);
        Assert.InRange(await LagAsync("probed"), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await EndpointAsync("probed", endpoint => endpoint.Conditions is { Ready: false, Serving: false, Terminating: false });
        await File.WriteAllTextAsync(mark, "", TestContext.Current.CancellationToken);
        await EndpointAsync("probed", endpoint => endpoint.Conditions.Ready == true);

        // On its way out it still serves those that it has, and gets no new ones; as long as it lasts, and as its probe says.
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("probed", "default", cancellationToken: TestContext.Current.CancellationToken);
        await EndpointAsync("probed", endpoint => endpoint.Conditions is { Ready: false, Serving: true, Terminating: true });
        File.Delete(mark);
        await EndpointAsync("probed", endpoint => endpoint.Conditions is { Ready: false, Serving: false, Terminating: true });
        await File.WriteAllTextAsync(mark, "", TestContext.Current.CancellationToken);
        await EndpointAsync("probed", endpoint => endpoint.Conditions is { Ready: false, Serving: true, Terminating: true });
        await File.WriteAllTextAsync(leave, "", TestContext.Current.CancellationToken);
        await SlicesAsync("probed", slices => slices.Sum(slice => slice.Endpoints?.Count ?? 0) == 0);
        (await cluster.KubectlAsync("delete svc probed")).Succeeded();
    }

    [Fact]
    public async Task Rollout_ReplacesEndpoints_AndNeverHasFewerThanItMay()
    {
        (await cluster.KubectlAsync("apply -f -", Deployment("rolled", 3, "600"))).Succeeded();
        (await cluster.KubectlAsync("expose deployment rolled --port=80")).Succeeded();
        (await cluster.KubectlAsync("rollout status deploy/rolled --timeout=60s")).Succeeded();
        var before = Pods(await SlicesAsync("rolled", slices => Ready(slices) == 3));
        (await cluster.KubectlAsync("apply -f -", Deployment("rolled", 3, "601"))).Succeeded();
        var least = int.MaxValue;
        await SlicesAsync("rolled", slices =>
        {
            least = Math.Min(least, Ready(slices));
            return Ready(slices) == 3 && !Pods(slices).Overlaps(before);
        });
        Assert.InRange(least, 2, 3);
        (await cluster.KubectlAsync("delete svc,deploy rolled --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Controller_Restarts_ServicesKeepWhatTheyHave()
    {
        (await cluster.KubectlAsync("create service nodeport kept --tcp=80:8080")).Succeeded();
        var before = (await cluster.KubectlAsync("get svc kept -o jsonpath={.spec.clusterIP}/{.spec.ports[0].nodePort}")).Succeeded().Trim();
        cluster.Controller.Kill();
        await cluster.StartControllerAsync();
        Assert.Equal(before, (await cluster.KubectlAsync("get svc kept -o jsonpath={.spec.clusterIP}/{.spec.ports[0].nodePort}")).Succeeded().Trim());
        var (address, port) = (before.Split('/')[0], before.Split('/')[1]);
        var refused = await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: rival}
            spec: {type: NodePort, clusterIP: {{address}}, ports: [{port: 80, nodePort: {{port}} }]}
            """);
        Assert.Contains($"failed to allocate IP {address}: provided IP is already allocated", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"spec.ports[0].nodePort: Invalid value: {port}: provided port is already allocated", refused.Error, StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete svc kept")).Succeeded();
    }

    [Fact]
    public async Task HandWrittenEndpoints_OfAServiceWithoutSelector_AreMirroredAndGo()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Service
            metadata: {name: outside}
            spec: {ports: [{name: db, port: 5432}]}
            ---
            apiVersion: v1
            kind: Endpoints
            metadata: {name: outside}
            subsets: [{addresses: [{ip: 10.1.2.3}], notReadyAddresses: [{ip: 10.1.2.4}], ports: [{name: db, port: 5432}]}]
            """)).Succeeded();
        var slice = Assert.Single(await SlicesAsync("outside", slices => slices.Sum(slice => slice.Endpoints.Count) == 2));
        Assert.Equal(("endpointslicemirroring-controller.k8s.io", 5432, "db"), (slice.Metadata.Labels["endpointslice.kubernetes.io/managed-by"], slice.Ports[0].Port, slice.Ports[0].Name));
        Assert.Equal(["10.1.2.3 True", "10.1.2.4 False"], slice.Endpoints.Select(endpoint => $"{endpoint.Addresses[0]} {endpoint.Conditions.Ready}"));
        (await cluster.KubectlAsync("delete ep outside")).Succeeded();
        await SlicesAsync("outside", slices => slices.Count == 0);
        (await cluster.KubectlAsync("delete svc outside")).Succeeded();
    }

    /// <summary>How long the slice takes after the pod's condition; the probe's period is not in it.</summary>
    private async Task<TimeSpan> LagAsync(string name)
    {
        long? lost = null;
        await SlicesAsync(name, slices => Ready(slices) == 0, async () =>
        {
            var pod = await cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default", cancellationToken: TestContext.Current.CancellationToken);
            lost ??= pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "False" }) ? TimeProvider.System.GetTimestamp() : null;
        });
        return lost is { } since ? TimeProvider.System.GetElapsedTime(since) : TimeSpan.Zero;
    }

    private async Task<V1Endpoint> EndpointAsync(string service, Func<V1Endpoint, bool> wanted) =>
        (await SlicesAsync(service, slices => slices.SelectMany(slice => slice.Endpoints ?? []).Any(wanted))).SelectMany(slice => slice.Endpoints).First(wanted);

    private async Task<IList<V1EndpointSlice>> SlicesAsync(string service, Func<IList<V1EndpointSlice>, bool> wanted, Func<Task>? before = null) => await Eventually.GetAsync(
        async () =>
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            return (await cluster.Client.DiscoveryV1.ListNamespacedEndpointSliceAsync("default", labelSelector: $"{Service}={service}", cancellationToken: TestContext.Current.CancellationToken)).Items;
        },
        wanted, slices => KubernetesJson.Serialize(slices));

    private static int Ready(IEnumerable<V1EndpointSlice> slices) => slices.SelectMany(slice => slice.Endpoints ?? []).Count(endpoint => endpoint.Conditions.Ready == true);

    private static HashSet<string> Pods(IEnumerable<V1EndpointSlice> slices) => [.. slices.SelectMany(slice => slice.Endpoints ?? []).Select(endpoint => endpoint.TargetRef.Name)];

    private static string Deployment(string name, int replicas, string seconds) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}} }
        spec:
          replicas: {{replicas}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - {name: c, image: host, command: [sleep, '{{seconds}}']}
        """;
}
