using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>
/// The agent's name server on one address, over UDP and TCP. What the zone knows is answered by the thread that reads, at once; the rest waits
/// for others beside it. Everything is bounded: what comes past a bound is dropped, and clients ask again.
/// </summary>
internal sealed class DnsServer : IDisposable
{
    private const int MaxForwarded = 1000;
    private const int MaxConnections = 200;
    private const int ReceiveBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan ConnectionPatience = TimeSpan.FromSeconds(10);

    private readonly DnsResponder _responder;
    private readonly DnsForwarder _forwarder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _forwards = new(MaxForwarded);
    private readonly SemaphoreSlim _connections = new(MaxConnections);

    private DnsServer(DnsResponder responder, DnsForwarder forwarder, TimeProvider time, ILogger logger, Socket udp, Socket tcp) =>
        (_responder, _forwarder, _time, _logger, _udp, _tcp, Address) = (responder, forwarder, time, logger, udp, tcp, (IPEndPoint)udp.LocalEndPoint!); // Bound.

    public IPEndPoint Address { get; }

    /// <exception cref="SocketException">The address is not this machine's, is taken, or its port needs more rights.</exception>
    public static DnsServer Start(IPEndPoint address, DnsResponder responder, DnsForwarder forwarder, TimeProvider time, ILogger logger)
    {
        var udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            udp.ReceiveBufferSize = ReceiveBytes;
            AllowBeforeItExists(udp);
            AllowBeforeItExists(tcp);
            udp.Bind(address);
            // The same port, also where the system chose it.
            tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            tcp.Bind(udp.LocalEndPoint!);
            tcp.Listen();
        }
        catch (SocketException)
        {
            udp.Dispose();
            tcp.Dispose();
            throw;
        }
        var server = new DnsServer(responder, forwarder, time, logger, udp, tcp);
        new Thread(server.ServeUdp) { IsBackground = true, Name = "dns" }.Start();
        _ = server.AcceptAsync();
        return server;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <summary>The address of a bridge is served before the bridge is made.</summary>
    private static void AllowBeforeItExists(Socket socket)
    {
        const int internetProtocol = 0, freeBind = 15;
        if (OperatingSystem.IsLinux() && socket.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.SetRawSocketOption(internetProtocol, freeBind, [1, 0, 0, 0]);
        }
    }

    private void ServeUdp()
    {
        Span<byte> message = stackalloc byte[4096];
        Span<byte> buffer = stackalloc byte[DnsQuery.Limit];
        Span<char> name = stackalloc char[DnsName.MaxLength];
        var client = new SocketAddress(_udp.AddressFamily);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = _udp.ReceiveFrom(message, SocketFlags.None, client);
                if (!DnsQuery.TryRead(message[..length], name, out var query))
                {
                    continue;
                }
                if (_responder.Answer(query, buffer, query.AnswerLimit, out var size) is { } target)
                {
                    Forward(new(message[..length].ToArray(), target, query.AnswerLimit), client);
                    continue;
                }
                _udp.SendTo(buffer[..size], SocketFlags.None, client);
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // One client's trouble (it left, and its machine says so): the next is served.
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Forward(ForwardedQuestion question, SocketAddress client)
    {
        if (!_forwards.Wait(0))
        {
            return;
        }
        var address = new SocketAddress(client.Family, client.Size);
        client.Buffer[..client.Size].CopyTo(address.Buffer);
        _ = ForwardAsync(question, address);
    }

    private async Task ForwardAsync(ForwardedQuestion question, SocketAddress client)
    {
        try
        {
            await Task.Yield();
            var answer = await _forwarder.AnswerAsync(question, _stopping.Token);
            await _udp.SendToAsync(answer, SocketFlags.None, client, _stopping.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // We stop, or the client has gone.
        }
#pragma warning disable CA1031 // The rim: one question's trouble is told and ends with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.DnsFailed(_logger, question.Target, e);
        }
        finally
        {
            _forwards.Release();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _tcp.AcceptAsync(_stopping.Token);
                if (_connections.Wait(0))
                {
                    _ = ServeTcpAsync(client);
                }
                else
                {
                    client.Dispose();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!_stopping.IsCancellationRequested)
            {
                Log.DnsNotAccepted(_logger, e.Message);
            }
        }
    }

    private async Task ServeTcpAsync(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        var prefix = new byte[2];
        try
        {
            while (true)
            {
                using var limit = new CancellationTokenSource(ConnectionPatience, _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
                await stream.ReadExactlyAsync(prefix, both.Token);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(message, both.Token);
                if (await AnswerAsync(message, both.Token) is not { } answer)
                {
                    return;
                }
                await stream.WriteAsync(answer, both.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client has gone, or took too long.
        }
        finally
        {
            _connections.Release();
        }
    }

    /// <summary>The framed answer; null for what deserves none.</summary>
    private async Task<byte[]?> AnswerAsync(byte[] message, CancellationToken cancellationToken)
    {
        var buffer = new byte[2 + ushort.MaxValue];
        var (length, forwarded) = Answer(message, buffer.AsSpan(2));
        if (forwarded is not null)
        {
            var answer = await _forwarder.AnswerAsync(forwarded, cancellationToken);
            answer.CopyTo(buffer, 2);
            length = answer.Length;
        }
        if (length == 0)
        {
            return null;
        }
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        return buffer[..(2 + length)];
    }

    private (int Length, ForwardedQuestion? Forwarded) Answer(byte[] message, Span<byte> buffer)
    {
        if (!DnsQuery.TryRead(message, stackalloc char[DnsName.MaxLength], out var query))
        {
            return (0, null);
        }
        return _responder.Answer(query, buffer, ushort.MaxValue, out var length) is { } target ? (0, new(message, target, ushort.MaxValue)) : (length, null);
    }
}
