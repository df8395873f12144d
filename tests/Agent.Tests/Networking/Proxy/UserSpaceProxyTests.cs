using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.UserSpace;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Proxy;

public sealed class UserSpaceProxyTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly UserSpaceProxy _proxy;
    private readonly Frontend _at = new(IPAddress.Parse("127.0.0.1"), FreePort(), ProxyProtocol.Tcp);

    public UserSpaceProxyTests() => _proxy = new(new NoAddresses(), _time, NullLogger.Instance);

    [Fact]
    public async Task Connections_GoToEachTargetInTurn()
    {
        using var one = new NamedServer("one");
        using var two = new NamedServer("two");
        await SetAsync(_at, [one.At, two.At]);
        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await AskAsync(_at));
        }
        Assert.Equal((5, 5), (answers.Count(answer => answer == "one"), answers.Count(answer => answer == "two")));
    }

    [Fact]
    public async Task Bytes_ArriveWholeAndInOrder_BothWays_AndEndsArePassedOn()
    {
        using var echo = new NamedServer(null);
        await SetAsync(_at, [echo.At]);
        using var client = await ConnectAsync(_at);
        var sent = new byte[8 * 1024 * 1024];
        Random.Shared.NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            await client.SendAsync(sent, SocketFlags.None);
            client.Shutdown(SocketShutdown.Send);
        }, TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        await using var stream = new NetworkStream(client);
        await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received.ToArray()));
    }

    [Fact]
    public async Task Target_OnItsWayOut_FinishesItsConnectionsAndGetsNoNewOne()
    {
        using var old = new NamedServer(null);
        using var next = new NamedServer("next");
        await SetAsync(_at, [old.At]);
        using var open = await ConnectAsync(_at);
        Assert.Equal("1", await EchoAsync(open, "1"));
        await _proxy.ApplyAsync([new(_at, [next.At], [next.At, old.At], null, false)], [], TestContext.Current.CancellationToken);
        Assert.Equal("next", await AskAsync(_at));
        Assert.Equal("2", await EchoAsync(open, "2"));

        // Also when the service goes: what is open goes on.
        await _proxy.ApplyAsync([], [_at], TestContext.Current.CancellationToken);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(_at))).SocketErrorCode);
        Assert.Equal("3", await EchoAsync(open, "3"));
    }

    [Fact]
    public async Task NoTarget_IsRefused_UntilThereIsOne()
    {
        await SetAsync(_at, []);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(_at))).SocketErrorCode);
        using var server = new NamedServer("there");
        await SetAsync(_at, [server.At]);
        Assert.Equal("there", await AskAsync(_at));
    }

    [Fact]
    public async Task Target_ThatIsGoneAlready_IsPassedOver()
    {
        using var server = new NamedServer("there");
        await SetAsync(_at, [new(IPAddress.Loopback, FreePort()), server.At, new(IPAddress.Loopback, FreePort())]);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("there", await AskAsync(_at));
        }
    }

    [Fact]
    public async Task Affinity_KeepsAClientWithItsTarget_UntilItsTimeIsOverOrTheTargetGoes()
    {
        using var one = new NamedServer("one");
        using var two = new NamedServer("two");
        await SetAsync(_at, [one.At, two.At], TimeSpan.FromMinutes(1));
        var first = await AskAsync(_at);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(50));
            Assert.Equal(first, await AskAsync(_at));
        }
        await SetAsync(_at, [first == "one" ? two.At : one.At], TimeSpan.FromMinutes(1));
        Assert.NotEqual(first, await AskAsync(_at));

        await SetAsync(_at, [one.At, two.At], TimeSpan.FromMinutes(1));
        var answers = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(61));
            answers.Add(await AskAsync(_at));
        }
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public async Task PortThatIsTaken_IsAFault_AndServedOnceItIsFree()
    {
        using var server = new NamedServer("there");
        var taken = new TcpListener(IPAddress.Loopback, _at.Port);
        taken.Start();
        var rule = new ProxyRule(_at, [server.At], [server.At], null, false);
        var fault = Assert.Single(await _proxy.ApplyAsync([rule], [], TestContext.Current.CancellationToken));
        Assert.Equal((_at, ProxyFault.Taken, $"{_at} is taken on this machine"), (fault.At, fault.Reason, fault.Message));
        taken.Stop();
        Assert.Empty(await _proxy.ApplyAsync([rule], [], TestContext.Current.CancellationToken));
        Assert.Equal("there", await AskAsync(_at));
    }

    [Fact]
    public async Task AddressThatCannotBeHad_IsAFaultThatSaysWhy()
    {
        var at = new Frontend(IPAddress.Parse("192.0.2.77"), 80, ProxyProtocol.Tcp);
        var fault = Assert.Single(await _proxy.ApplyAsync([new(at, [new(IPAddress.Loopback, 1)], [], null, false)], [], TestContext.Current.CancellationToken));
        Assert.Equal((ProxyFault.NotPermitted, "192.0.2.77:80/tcp: the address cannot be made this machine's: not in this test"), (fault.Reason, fault.Message));
    }

    [Fact]
    public async Task Datagrams_FindTheirWayBack_StayWithATarget_AndMoveWhenItGoes()
    {
        var at = new Frontend(IPAddress.Loopback, FreePort(), ProxyProtocol.Udp);
        using var one = new NamedDatagrams("one");
        using var two = new NamedDatagrams("two");
        await SetAsync(at, [one.At, two.At]);
        using var here = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var there = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (mine, theirs) = (await AskAsync(here, at), await AskAsync(there, at));
        Assert.Equal(["one", "two"], new[] { mine, theirs }.Order());
        Assert.Equal(mine, await AskAsync(here, at));
        await SetAsync(at, [mine == "one" ? two.At : one.At]);
        Assert.Equal(theirs, await AskAsync(here, at));
    }

    public async ValueTask DisposeAsync() => await _proxy.DisposeAsync();

    private async Task SetAsync(Frontend at, IPEndPoint[] targets, TimeSpan? affinity = null) =>
        Assert.Empty(await _proxy.ApplyAsync([new(at, [.. targets], [.. targets], affinity, false)], [], TestContext.Current.CancellationToken));

    private static async Task<Socket> ConnectAsync(Frontend at)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(at.Address!, at.Port), TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<string> AskAsync(Frontend at)
    {
        using var socket = await ConnectAsync(at);
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> EchoAsync(Socket socket, string text)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), SocketFlags.None);
        var buffer = new byte[16];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None));
    }

    private static async Task<string> AskAsync(UdpClient client, Frontend at)
    {
        await client.SendAsync("?"u8.ToArray(), new IPEndPoint(at.Address!, at.Port), TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString((await client.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);
    }

    private static int FreePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    private sealed class NoAddresses : IServiceAddresses
    {
        public Task<string?> UseAsync(IReadOnlySet<IPAddress> addresses, CancellationToken cancellationToken) => Task.FromResult<string?>("not in this test");
    }

    /// <summary>Says its name and ends; without a name, says what it is told.</summary>
    private sealed class NamedServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public NamedServer(string? name)
        {
            _listener.Start();
            _ = ServeAsync(name);
        }

        public IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string? name)
        {
            while (true)
            {
                Socket client;
                try
                {
                    client = await _listener.AcceptSocketAsync();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }
                _ = AnswerAsync(client, name);
            }
        }

        private static async Task AnswerAsync(Socket client, string? name)
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            if (name is null)
            {
                await stream.CopyToAsync(stream);
                return;
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes(name));
        }
    }

    private sealed class NamedDatagrams : IDisposable
    {
        private readonly UdpClient _client = new(new IPEndPoint(IPAddress.Loopback, 0));

        public NamedDatagrams(string name) => _ = ServeAsync(name);

        public IPEndPoint At => (IPEndPoint)_client.Client.LocalEndPoint!; // Bound.

        public void Dispose() => _client.Dispose();

        private async Task ServeAsync(string name)
        {
            try
            {
                while (true)
                {
                    var asked = await _client.ReceiveAsync();
                    await _client.SendAsync(Encoding.ASCII.GetBytes(name), asked.RemoteEndPoint);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
