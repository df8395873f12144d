using System.Net.Http;
using Xunit;

namespace Orchestrator.Cluster.Tests.Networking;

/// <summary>Services of pods that are processes: reached from the machine by address and node port, with nothing to set up.</summary>
public sealed class ServiceTrafficTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Service_OfProcesses_IsReachedByAddressAndNodePort_AndToldToPods()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Service
            metadata: {name: front}
            spec: {type: NodePort, selector: {app: front}, ports: [{name: web, port: 8088, targetPort: web}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: front}
            spec:
              replicas: 2
              selector: {matchLabels: {app: front}}
              template:
                metadata: {labels: {app: front}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: c
                    image: host
                    command: [sh, -c, 'echo "$HOSTNAME $FRONT_SERVICE_HOST:$FRONT_SERVICE_PORT_WEB" >index.html; exec busybox httpd -f -p $POD_IP:8080']
                    ports: [{name: web, containerPort: 8080}]
                    readinessProbe: {tcpSocket: {port: web}, periodSeconds: 1}
            """)).Succeeded();
        (await cluster.KubectlAsync("rollout status deploy/front --timeout=60s")).Succeeded();
        var address = (await cluster.KubectlAsync("get svc front -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();
        var port = (await cluster.KubectlAsync("get svc front -o jsonpath={.spec.ports[0].nodePort}")).Succeeded().Trim();
        await SeesBothAsync($"http://{address}:8088/index.html", $" {address}:8088\n");
        await SeesBothAsync($"http://127.0.0.1:{port}/index.html", $" {address}:8088\n");

        // The API's own service, from wherever the agents are.
        Assert.Equal("ok", await GetAsync($"https://{(await cluster.KubectlAsync("get svc kubernetes -o jsonpath={.spec.clusterIP}")).Succeeded().Trim()}/livez"));

        // Whichever agent has the port: when it ends, the other takes over.
        foreach (var node in TestCluster.Nodes)
        {
            cluster.Agent(node).Kill();
            await Eventually.GetAsync(() => GetAsync($"http://{address}:8088/index.html"), answer => answer.EndsWith($" {address}:8088\n", StringComparison.Ordinal), answer => answer, seconds: 10);
            await cluster.StartAgentAsync(node);
        }
        (await cluster.KubectlAsync("delete svc,deploy front --timeout=60s")).Succeeded();
        await Eventually.GetAsync(() => GetAsync($"http://{address}:8088/index.html"), answer => answer.Contains("refused", StringComparison.Ordinal), answer => answer, seconds: 10);
    }

    private static async Task SeesBothAsync(string url, string ending)
    {
        var seen = new HashSet<string>();
        await Eventually.GetAsync(() => GetAsync(url), answer => (answer.EndsWith(ending, StringComparison.Ordinal) && seen.Add(answer) && seen.Count == 2) || seen.Count == 2, answer => $"{url}: {answer}, so far {string.Join(' ', seen)}");
    }

    private static async Task<string> GetAsync(string url)
    {
        // A new connection each time: connections are what is spread.
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return await client.GetStringAsync(url, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return e.Message;
        }
    }
}
