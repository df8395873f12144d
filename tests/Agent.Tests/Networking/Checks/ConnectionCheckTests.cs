using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Checks;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.UserSpace;
using Orchestrator.Agent.Runtimes;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Checks;

public sealed class ConnectionCheckTests
{
    private static readonly ConnectionCheck Bare = new(null, TimeProvider.System);

    [Fact]
    public async Task Listener_IsReached_AndAClosedPortSaysWhy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var reached = await Bare.RunAsync(new("127.0.0.1", port), PodNetworkView.OpenHere, TestContext.Current.CancellationToken);
        Assert.Equal(("127.0.0.1", null, null), (reached.LocalAddress, reached.Error, reached.Proxy));
        listener.Stop();
        Assert.Contains("refused", (await Bare.RunAsync(new("127.0.0.1", port), PodNetworkView.OpenHere, TestContext.Current.CancellationToken)).Error!, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Datagrams_AreToldTheWayOnly()
    {
        var way = await Bare.RunAsync(new("127.0.0.1", 9, "UDP"), PodNetworkView.OpenHere, TestContext.Current.CancellationToken);
        Assert.Equal(("127.0.0.1", null), (way.LocalAddress, way.Error));
    }

    [Fact]
    public async Task NoRoute_IsTold()
    {
        var nowhere = await Bare.RunAsync(new("192.0.2.1", 80), (_, _) => throw new SocketException((int)SocketError.NetworkUnreachable), TestContext.Current.CancellationToken);
        Assert.Null(nowhere.LocalAddress);
        Assert.NotNull(nowhere.Error);
    }

    [Fact]
    public async Task Service_IsToldWithItsProxy_AndAPodThatRefusesIsNoConnection()
    {
        using var pod = new TcpListener(IPAddress.Parse("127.0.0.1"), 0);
        pod.Start();
        var (front, back) = (FreePort(), ((IPEndPoint)pod.LocalEndpoint).Port);
        var directory = new ServiceDirectory();
        directory.Put(Cluster.Service("web", "127.0.0.1", Cluster.Port("http", front))).Put(Cluster.Slice("web", "web-a", [("http", back)], Cluster.Endpoint("127.0.0.1")));
        await using var rules = new UserSpaceProxy(new NoAddresses(), TimeProvider.System, NullLogger.Instance);
        using var proxy = new ServiceProxy(directory, new NodeDirectory("n1", "192.0.2.1"), rules, (_, _) => { }, TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = proxy.RunAsync(stop.Token);
        var check = new ConnectionCheck(proxy, TimeProvider.System);
        var target = new Model.Network.ConnectionTarget("127.0.0.1", front);
        while ((await check.RunAsync(target, PodNetworkView.OpenHere, TestContext.Current.CancellationToken)).Error is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        var reached = await check.RunAsync(target, PodNetworkView.OpenHere, TestContext.Current.CancellationToken);
        Assert.Equal(("userspace", $"127.0.0.1:{back}", null), (reached.Proxy?.By, reached.Proxy?.Targets.Single(), reached.Proxy?.Fault));
        pod.Stop();
        Assert.Contains("no pod did", (await check.RunAsync(target, PodNetworkView.OpenHere, TestContext.Current.CancellationToken)).Error!, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class NoAddresses : IServiceAddresses
    {
        public Task<string?> UseAsync(IReadOnlySet<IPAddress> addresses, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
