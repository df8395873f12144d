using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>
/// A service's UDP port. Each client (address and port) has a socket of its own to its target, so that answers find back; it keeps the target while
/// it talks and while the target serves.
/// </summary>
internal sealed class UdpForward : IForward
{
    /// <summary>Clients of one port at a time; datagrams of more are lost, as datagrams may be.</summary>
    private const int MaxClients = 4096;
    private const int MaxDatagramBytes = 65_535;
    private const int BufferBytes = 1024 * 1024;
    /// <summary>After that a client that was silent is a new one. Linux' own time for a stream of datagrams is 120 s, for a single one 30 s.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly Balancer _balancer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<SocketAddress, Client> _clients = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _sweep;

    private sealed class Client(Socket socket, IPEndPoint target)
    {
        public Socket Socket => socket;

        public IPEndPoint Target => target;

        public long LastAt { get; set; }
    }

    private UdpForward(Socket socket, ProxyRule rule, TimeProvider time, ILogger logger)
    {
        (_socket, _balancer, _time, _logger) = (socket, new(time), time, logger);
        _balancer.Use(rule);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    /// <exception cref="SocketException">The address is not this machine's, is taken, or its port needs more rights.</exception>
    public static UdpForward Start(IPEndPoint at, ProxyRule rule, TimeProvider time, ILogger logger)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.ReceiveBufferSize = socket.SendBufferSize = BufferBytes;
            socket.Bind(at);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
        var forward = new UdpForward(socket, rule, time, logger);
        _ = forward.ReceiveAsync();
        return forward;
    }

    public void Use(ProxyRule rule)
    {
        _balancer.Use(rule);
        var keeping = rule.Keeping;
        foreach (var (address, client) in _clients)
        {
            if (!keeping.Contains(client.Target))
            {
                Drop(address, client);
            }
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _sweep.Dispose();
        _socket.Dispose();
        foreach (var (address, client) in _clients)
        {
            Drop(address, client);
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[MaxDatagramBytes];
        var from = new SocketAddress(_socket.AddressFamily);
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _closing.Token);
                if (Find(from) is { } client)
                {
                    client.LastAt = _time.GetTimestamp();
                    await client.Socket.SendAsync(buffer.AsMemory(0, length), SocketFlags.None, _closing.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException || (e is ObjectDisposedException && _closing.IsCancellationRequested))
            {
                return;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // One datagram is lost: its target has gone, or its client was dropped this instant.
            }
        }
    }

    private Client? Find(SocketAddress from)
    {
        if (_clients.TryGetValue(from, out var known))
        {
            return known;
        }
        if (_clients.Count >= MaxClients)
        {
            return null;
        }
        var address = new SocketAddress(from.Family, from.Size);
        from.Buffer[..from.Size].CopyTo(address.Buffer);
        var peer = (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(address);
        foreach (var target in _balancer.Choose(peer.Address).Take(1))
        {
            var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Connect(target);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                Log.TargetNotReached(_logger, target, e.Message);
                return null;
            }
            _balancer.Remember(peer.Address, target);
            var client = new Client(socket, target) { LastAt = _time.GetTimestamp() };
            _clients[address] = client;
            _ = AnswerAsync(address, client);
            return client;
        }
        return null;
    }

    private async Task AnswerAsync(SocketAddress address, Client client)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await client.Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, _closing.Token);
                var buffer = ArrayPool<byte>.Shared.Rent(MaxDatagramBytes);
                try
                {
                    var length = await client.Socket.ReceiveAsync(buffer, SocketFlags.None, _closing.Token);
                    client.LastAt = _time.GetTimestamp();
                    await _socket.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, address, _closing.Token);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
            catch (SocketException)
            {
                // The target refused: the next datagram goes to another, if there is one.
                Drop(address, client);
                return;
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Sweep()
    {
        foreach (var (address, client) in _clients)
        {
            if (_time.GetElapsedTime(client.LastAt) > Idle)
            {
                Drop(address, client);
            }
        }
    }

    private void Drop(SocketAddress address, Client client)
    {
        _clients.TryRemove(new(address, client));
        client.Socket.Dispose();
    }
}
