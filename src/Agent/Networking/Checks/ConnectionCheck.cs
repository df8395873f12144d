using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Model.Network;

namespace Orchestrator.Agent.Networking.Checks;

/// <summary>Whether an address is reached: the way there, the proxy where it is a service's, and a connection.</summary>
/// <param name="proxy">Who brings connections to services; null where nobody does.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionCheck(ServiceProxy? proxy, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A proxy that carries the bytes itself takes every connection, and breaks it off when no pod took it: by then it has.</summary>
    private static readonly TimeSpan SecondThoughts = TimeSpan.FromMilliseconds(300);

    /// <param name="target">Checked by whoever asks.</param>
    /// <param name="open">Makes a socket where the connection is to come from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ConnectionReport> RunAsync(ConnectionTarget target, Func<AddressFamily, SocketType, Socket> open, CancellationToken cancellationToken)
    {
        var to = new IPEndPoint(IPAddress.Parse(target.Address), target.Port);
        var isTcp = !target.Protocol.Equals("UDP", StringComparison.OrdinalIgnoreCase);
        var known = proxy?.Find(new(to.Address, to.Port, isTcp ? ProxyProtocol.Tcp : ProxyProtocol.Udp));
        var (from, problem) = Route(to, open);
        var report = new ConnectionReport(target, from, problem, 0, known is { } found
            ? new(found.By, [.. found.Rule.Targets.Select(one => one.ToString())], found.Fault)
            : null);
        return from is null || !isTcp ? report : await ConnectAsync(report, to, open, known?.By == ProxyChoice.UserSpace, cancellationToken);
    }

    /// <summary>A datagram socket that is connected has sent nothing, and knows its way.</summary>
    private static (string? From, string? Problem) Route(IPEndPoint to, Func<AddressFamily, SocketType, Socket> open)
    {
        try
        {
            using var socket = open(to.AddressFamily, SocketType.Dgram);
            socket.Connect(to);
            return ((socket.LocalEndPoint as IPEndPoint)?.Address.ToString(), null);
        }
        catch (SocketException e)
        {
            return (null, e.Message);
        }
    }

    private async Task<ConnectionReport> ConnectAsync(
        ConnectionReport report, IPEndPoint to, Func<AddressFamily, SocketType, Socket> open, bool isCarried, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = open(to.AddressFamily, SocketType.Stream);
        try
        {
            await socket.ConnectAsync(to, both.Token);
            report = report with { Milliseconds = time.GetElapsedTime(since).TotalMilliseconds };
            return isCarried && await IsBrokenOffAsync(socket, cancellationToken) ? report with { Error = "the proxy took the connection, and no pod did" } : report;
        }
        catch (SocketException e)
        {
            return report with { Error = e.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return report with { Error = $"no answer within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s" };
        }
    }

    private async Task<bool> IsBrokenOffAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SecondThoughts, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, both.Token);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
