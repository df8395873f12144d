using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>A service's TCP port. Closing it takes no more connections; those that are open end when their ends do.</summary>
internal sealed class TcpForward : IForward
{
    private const int Backlog = 4096;
    /// <summary>Connections of one port; more wait in the backlog.</summary>
    private const int MaxConnections = 10_000;
    /// <summary>A target that is not there refuses at once; one whose machine is gone says nothing.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);
    private const int MaxTries = 5;

    private readonly Socket _listener;
    private readonly Balancer _balancer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _connections = new(MaxConnections);
    private readonly CancellationTokenSource _closing = new();

    private TcpForward(Socket listener, ProxyRule rule, TimeProvider time, ILogger logger)
    {
        (_listener, _balancer, _time, _logger) = (listener, new(time), time, logger);
        _balancer.Use(rule);
    }

    /// <exception cref="SocketException">The address is not this machine's, is taken, or its port needs more rights.</exception>
    public static TcpForward Start(IPEndPoint at, ProxyRule rule, TimeProvider time, ILogger logger)
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(at);
            listener.Listen(Backlog);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
        var forward = new TcpForward(listener, rule, time, logger);
        _ = forward.AcceptAsync();
        return forward;
    }

    public void Use(ProxyRule rule) => _balancer.Use(rule);

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(_closing.Token);
                _ = ServeAsync(await _listener.AcceptAsync(_closing.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!_closing.IsCancellationRequested)
            {
                _connections.Release();
                Log.NotAccepted(_logger, _listener.LocalEndPoint, e.Message);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await Task.Yield();
            using (client)
            {
                if (await ConnectAsync(client) is { } target)
                {
                    using (target)
                    {
                        await Relay.RunAsync(client, target);
                    }
                }
                else
                {
                    // Refused, as the target would have: an orderly end would pass for an empty answer.
                    client.LingerState = new(true, 0);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side went away in the middle; the other was told by the end of its connection.
        }
        finally
        {
            _connections.Release();
        }
    }

    private async Task<Socket?> ConnectAsync(Socket client)
    {
        if (client.RemoteEndPoint is not IPEndPoint { Address: var from })
        {
            return null;
        }
        foreach (var candidate in _balancer.Choose(from).Take(MaxTries))
        {
            var target = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var limit = new CancellationTokenSource(ConnectLimit, _time);
            try
            {
                await target.ConnectAsync(candidate, limit.Token);
                _balancer.Remember(from, candidate);
                return target;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                target.Dispose();
                Log.TargetNotReached(_logger, candidate, e.Message);
            }
        }
        return null;
    }
}
