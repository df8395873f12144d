using System.Net;
using System.Text;
using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>An autoscaler by a metric that a server besides tells.</summary>
public sealed class AdaptedAutoscalerTests(AdaptedAutoscalerTests.AdaptedCluster cluster) : IClassFixture<AdaptedAutoscalerTests.AdaptedCluster>
{
    [Fact]
    public async Task Autoscaler_ExternalMetric_ScalesByIt_AndSaysWhenItIsMissing()
    {
        cluster.Queue = 30;
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: worker}
            spec:
              selector: {matchLabels: {app: worker} }
              template:
                metadata: {labels: {app: worker} }
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: c, image: host, command: [sleep, "1000"]}]
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: worker}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
              minReplicas: 1
              maxReplicas: 5
              behavior: {scaleDown: {stabilizationWindowSeconds: 0} }
              metrics:
              - type: External
                external: {metric: {name: queue, selector: {matchLabels: {topic: orders} } }, target: {type: AverageValue, averageValue: "10"} }
            """)).Succeeded();
        (await cluster.KubectlAsync("wait deployment/worker --for=jsonpath={.status.readyReplicas}=3 --timeout=60s")).Succeeded();
        Assert.Matches(@"worker\s+Deployment/worker\s+\d+/10 \(avg\)\s+1\s+5", (await cluster.KubectlAsync("get hpa worker")).Succeeded());
        cluster.Queue = 5;
        (await cluster.KubectlAsync("wait deployment/worker --for=jsonpath={.status.replicas}=1 --timeout=60s")).Succeeded();
        cluster.Queue = null;
        (await cluster.KubectlAsync("wait hpa/worker --for=condition=ScalingActive=false --timeout=60s")).Succeeded();
        Assert.Contains("unable to get metric queue: the external metrics API does not know it", (await cluster.KubectlAsync("describe hpa worker")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete hpa,deployment worker --timeout=60s")).Succeeded();
    }

    /// <summary>A cluster with a server of one metric beside it.</summary>
    public sealed class AdaptedCluster : TestCluster
    {
        private const string Path = "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue";
        private readonly HttpListener _server = new();
        private int _queue = -1;
        private Task _serving = Task.CompletedTask;

        /// <summary>What is told; null for nothing.</summary>
        public int? Queue
        {
            set => Volatile.Write(ref _queue, value ?? -1);
        }

        protected override IReadOnlyList<string> ControllerArguments => ["--metrics-adapter", _server.Prefixes.Single()];

        public override async ValueTask InitializeAsync()
        {
            _server.Prefixes.Add($"http://127.0.0.1:{FreePort()}/");
            _server.Start();
            _serving = ServeAsync();
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _server.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ((IDisposable)_server).Dispose();
        }

        private static int FreePort()
        {
            using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        private async Task ServeAsync()
        {
            while (_server.IsListening)
            {
                var context = await _server.GetContextAsync();
                var value = Volatile.Read(ref _queue);
                var isKnown = value >= 0 && context.Request.Url?.AbsolutePath == Path && context.Request.QueryString["labelSelector"] == "topic=orders";
                context.Response.StatusCode = isKnown ? 200 : 404;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(isKnown ? $$"""{"items":[{"metricName":"queue","value":"{{value}}"}]}""" : "{}"));
                context.Response.Close();
            }
        }
    }
}
