using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
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

    [Fact]
    public async Task RollingUpdate_UnderLoad_LosesNoRequest_AndAnOpenConnectionOutlivesTheController()
    {
        using var echo = new TcpListener(IPAddress.Parse("127.99.0.7"), 0);
        echo.Start();
        var echoing = ServeEchoAsync(echo);
        (await cluster.KubectlAsync("apply -f -", $$$"""
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec: {ports: [{port: 8090}]}
            ---
            apiVersion: v1
            kind: Endpoints
            metadata: {name: echo}
            subsets: [{addresses: [{ip: 127.99.0.7}], ports: [{port: {{{((IPEndPoint)echo.LocalEndpoint).Port}}} }]}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: rolled}
            spec: {selector: {app: rolled}, ports: [{name: web, port: 8089, targetPort: 8080}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: rolled}
            spec:
              replicas: 2
              strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
              selector: {matchLabels: {app: rolled}}
              template:
                metadata: {labels: {app: rolled}}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                  - name: web
                    image: host
                    command: [sh, -c, 'echo "v${VERSION:-1}" >index.html; exec busybox httpd -f -p $POD_IP:8080']
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                    lifecycle: {preStop: {sleep: {seconds: 2} } }
            """)).Succeeded();
        (await cluster.KubectlAsync("rollout status deploy/rolled --timeout=60s")).Succeeded();
        var address = (await cluster.KubectlAsync("get svc rolled -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();
        var echoAddress = (await cluster.KubectlAsync("get svc echo -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();
        var url = $"http://{address}:8089/index.html";
        await Eventually.GetAsync(() => GetAsync(url), answer => answer == "v1\n", answer => answer);
        using var open = await Eventually.GetAsync(() => TryConnectAsync(echoAddress), connection => connection is not null, _ => "no connection") ?? throw new InvalidOperationException(); // Waited for.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = LoadAsync(url, over.Token);
        try
        {
            Assert.Equal("before", await EchoAsync(open, "before"));
            cluster.Controller.Kill();
            await cluster.StartControllerAsync();
            Assert.Equal("after", await EchoAsync(open, "after"));
            (await cluster.KubectlAsync("set env deployment/rolled VERSION=2")).Succeeded();
            (await cluster.KubectlAsync("rollout status deploy/rolled --timeout=90s")).Succeeded();
            await Eventually.GetAsync(() => GetAsync(url), answer => answer == "v2\n", answer => answer);
        }
        finally
        {
            await over.CancelAsync();
        }
        var answers = await load;
        Assert.Contains("v1\n", answers);
        Assert.DoesNotContain(answers, answer => answer is not ("v1\n" or "v2\n"));
        (await cluster.KubectlAsync("delete svc,deploy rolled --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete svc,endpoints echo")).Succeeded();
        echo.Stop();
        await echoing;
    }

    /// <summary>Sends back what comes, until it is stopped.</summary>
    private static async Task ServeEchoAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                _ = client.GetStream().CopyToAsync(client.GetStream(), TestContext.Current.CancellationToken).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private static async Task<HashSet<string>> LoadAsync(string url, CancellationToken over)
    {
        var answers = new HashSet<string>();
        while (!over.IsCancellationRequested)
        {
            answers.Add(await GetAsync(url));
        }
        return answers;
    }

    private static async Task<Socket?> TryConnectAsync(string address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
        try
        {
            await socket.ConnectAsync(address, 8090, TestContext.Current.CancellationToken);
            Assert.Equal("hello", await EchoAsync(socket, "hello"));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static async Task<string> EchoAsync(Socket socket, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), limit.Token);
        var buffer = new byte[text.Length];
        await using var stream = new NetworkStream(socket);
        await stream.ReadExactlyAsync(buffer, limit.Token);
        return Encoding.ASCII.GetString(buffer);
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
