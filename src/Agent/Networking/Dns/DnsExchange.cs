using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>One question to one server: over UDP, and over TCP where the answer does not fit.</summary>
/// <param name="open">Makes a socket where the question is to come from.</param>
internal sealed class DnsExchange(Func<AddressFamily, SocketType, Socket> open)
{
    private const int UdpBytes = 4096;

    /// <summary>From this machine's own network.</summary>
    public static DnsExchange Here { get; } = new(Runtimes.PodNetworkView.OpenHere);

    /// <exception cref="SocketException">Nobody listens there, or there is no way there.</exception>
    /// <exception cref="IOException">The server broke off.</exception>
    public async Task<byte[]> AskAsync(IPEndPoint server, ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        var answer = await OverUdpAsync(server, question, wantsSecurity, cancellationToken);
        return UpstreamMessage.IsTruncated(answer) ? await OverTcpAsync(server, question, wantsSecurity, cancellationToken) : answer;
    }

    /// <summary>A socket and an id of its own for each question: an answer can't be guessed.</summary>
    private async Task<byte[]> OverUdpAsync(IPEndPoint server, ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        using var socket = open(server.AddressFamily, SocketType.Dgram);
        await socket.ConnectAsync(server, cancellationToken);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        await socket.SendAsync(UpstreamMessage.Question(id, question.Span, wantsSecurity), cancellationToken);
        var buffer = new byte[UdpBytes];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (UpstreamMessage.Answers(buffer.AsSpan(0, length), id, question.Span))
            {
                return buffer[..length];
            }
        }
    }

    private async Task<byte[]> OverTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        var socket = open(server.AddressFamily, SocketType.Stream);
        await using var stream = await ConnectAsync(socket, server, cancellationToken);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var message = UpstreamMessage.Question(id, question.Span, wantsSecurity);
        var framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancellationToken);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return UpstreamMessage.Answers(answer, id, question.Span) ? answer : throw new IOException("the server answered another question");
    }

    private static async Task<NetworkStream> ConnectAsync(Socket socket, IPEndPoint server, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
