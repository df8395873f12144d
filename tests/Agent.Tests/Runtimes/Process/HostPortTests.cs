using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

/// <summary>Ports of the machine that lead to processes.</summary>
public sealed class HostPortTests : IAsyncLifetime
{
    private readonly int _port = FreePort();
    private readonly int _containerPort = FreePort();
    private ProcessHarness _node = null!; // Set as the first thing of InitializeAsync.

    public async ValueTask InitializeAsync() => _node = await ProcessHarness.CreateAsync();

    [Fact]
    public async Task HostPort_LeadsToTheProcess_AlsoAfterARestart_UntilThePodEnds()
    {
        await _node.Runtime.RunSandboxAsync(Sandbox("one"), ProcessHarness.Cancellation);
        await StartServerAsync("one");
        Assert.Equal("one", await AskAsync());
        await _node.RestartAsync();
        Assert.Equal("one", await AskAsync());
        await _node.Runtime.StopSandboxAsync("one", ProcessHarness.Cancellation);
        Assert.Contains("refused", await AskAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task HostPort_SameAsTheContainers_IsBoth()
    {
        await _node.Runtime.RunSandboxAsync(Sandbox("same", _containerPort), ProcessHarness.Cancellation);
        await StartServerAsync("same");
        Assert.Equal("same", await AskAsync(_containerPort));
        await _node.Runtime.StopSandboxAsync("same", ProcessHarness.Cancellation);
    }

    [Fact]
    public async Task HostPort_Taken_HoldsUpTheSandbox_WithThePortNamed_UntilItIsFree()
    {
        await _node.Runtime.RunSandboxAsync(Sandbox("one"), ProcessHarness.Cancellation);
        var refused = await Assert.ThrowsAsync<CreateContainerException>(() => _node.Runtime.RunSandboxAsync(Sandbox("two"), ProcessHarness.Cancellation));
        Assert.StartsWith($"hostPort {_port}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await _node.Runtime.ListAsync("two", ProcessHarness.Cancellation), pod => pod.Sandbox is { Ready: true });
        await _node.Runtime.StopSandboxAsync("one", ProcessHarness.Cancellation);
        Assert.True((await _node.Runtime.RunSandboxAsync(Sandbox("two"), ProcessHarness.Cancellation)).Ready);
        await _node.Runtime.StopSandboxAsync("two", ProcessHarness.Cancellation);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private SandboxSpec Sandbox(string uid, int? port = null) => new()
    {
        PodUid = uid, Namespace = "default", PodName = uid, Hostname = uid,
        Pod = new() { Containers = [new() { Name = "c", Ports = [new() { ContainerPort = _containerPort, HostPort = port ?? _port, HostIP = "127.0.0.1" }] }] },
    };

    private async Task StartServerAsync(string uid)
    {
        var id = await _node.Runtime.CreateContainerAsync(new()
        {
            PodUid = uid, Namespace = "default", PodName = uid, Name = "c", Attempt = 0, Image = "host",
            Command = ["sh", "-c", $"printf {uid} >index.html; echo up; exec busybox httpd -f -p $POD_IP:{_containerPort}"],
        }, ProcessHarness.Cancellation);
        await _node.Runtime.StartContainerAsync(id, ProcessHarness.Cancellation);
        await _node.LogContainsAsync(id, "up");
        var address = (await _node.Runtime.ListAsync(uid, ProcessHarness.Cancellation)).Single().Sandbox!.Address; // It runs.
        await Eventually.SeesAsync(() => Listens(address), listens => listens);
    }

    private bool Listens(string address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address, _containerPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string> AskAsync(int? port = null)
    {
        using var client = new HttpClient();
        try
        {
            return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port ?? _port}/index.html"), ProcessHarness.Cancellation);
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
