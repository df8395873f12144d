using System.Net;
using System.Net.Sockets;
using System.Text;
using k8s.Models;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Probes;

public sealed class ProberTests
{
    [Theory]
    [InlineData("200 OK", true)]
    [InlineData("302 Found", true)]
    [InlineData("404 Not Found", false)]
    [InlineData("500 Oops", false)]
    public async Task Http_StatusCode_Decides(string answer, bool success)
    {
        using var server = new OneAnswer($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(TimeProvider.System);
        var container = new V1Container { Name = "c", Ports = [new() { Name = "web", ContainerPort = server.Port }] };
        var result = await prober.ProbeAsync(
            new(container, "id", "127.0.0.1", harness.Runtime),
            new() { Path = "/health?x=1", Port = "web", HttpHeaders = [new() { Name = "Host", Value = "example.com" }, new() { Name = "X-Own", Value = "1" }] },
            null, null, null, TimeSpan.FromSeconds(10), ProcessHarness.Cancellation);
        Assert.Equal(success, result.Success);
        var request = await server.Request;
        Assert.StartsWith("GET /health?x=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Host: example.com\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-Own: 1\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_NoAnswer_FailsAfterItsTimeout()
    {
        using var server = new OneAnswer("");
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(TimeProvider.System);
        var result = await prober.ProbeAsync(
            new(new(), "id", "127.0.0.1", harness.Runtime), new() { Port = server.Port }, null, null, null, TimeSpan.FromMilliseconds(200), ProcessHarness.Cancellation);
        Assert.Equal(ProbeResult.Failed("no answer within 0.2s"), result);
    }

    [Fact]
    public async Task Tcp_ListenerOrNot_Decides()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(TimeProvider.System);
        int port;
        using (var server = new OneAnswer(""))
        {
            port = server.Port;
            Assert.True(await ConnectAsync());
        }
        Assert.False(await ConnectAsync());

        async Task<bool> ConnectAsync() => (await prober.ProbeAsync(
            new(new(), "id", "127.0.0.1", harness.Runtime), null, new() { Port = port }, null, null, TimeSpan.FromSeconds(10), ProcessHarness.Cancellation)).Success;
    }

    [Fact]
    public async Task Http_UnknownPortName_FailsByName()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(TimeProvider.System);
        var result = await prober.ProbeAsync(
            new(new() { Name = "c" }, "id", "127.0.0.1", harness.Runtime), new() { Port = "none" }, null, null, null, TimeSpan.FromSeconds(1), ProcessHarness.Cancellation);
        Assert.Equal(ProbeResult.Failed("container c has no port named \"none\""), result);
    }

    /// <summary>Takes one connection, reads one request, answers as told.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public OneAnswer(string answer)
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            Request = AnswerAsync(answer);
        }

        public int Port { get; }

        public Task<string> Request { get; }

        public void Dispose() => _listener.Dispose();

        private async Task<string> AnswerAsync(string answer)
        {
            using var client = await _listener.AcceptTcpClientAsync(ProcessHarness.Cancellation);
            var buffer = new byte[4096];
            var read = await client.GetStream().ReadAsync(buffer, ProcessHarness.Cancellation);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), ProcessHarness.Cancellation);
            if (answer.Length == 0)
            {
                // Holds the connection open until the other side gives up.
                while (await client.GetStream().ReadAsync(buffer, ProcessHarness.Cancellation) > 0)
                {
                }
            }
            return Encoding.ASCII.GetString(buffer, 0, read);
        }
    }
}
