using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Asks the machine's own resolvers, one after the other; over TCP where an answer does not fit.</summary>
/// <param name="servers">Whom; asked for each time, since machines move between networks.</param>
internal sealed class Upstream(Func<IReadOnlyList<IPEndPoint>> servers, TimeProvider time)
{
    /// <summary>As resolvers do: a server that has not answered by then is passed over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int MaxMessage = ushort.MaxValue;

    /// <returns>The answer of the first server that gave one; null when none did.</returns>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        foreach (var server in servers())
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                var answer = await OverUdpAsync(server, question, wantsSecurity, both.Token);
                if (UpstreamMessage.IsTruncated(answer))
                {
                    answer = await OverTcpAsync(server, question, wantsSecurity, both.Token);
                }
                if (UpstreamMessage.Code(answer) is not (DnsCode.ServerFailure or DnsCode.Refused))
                {
                    return answer;
                }
            }
            catch (Exception e) when ((e is SocketException or IOException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                // The next one is asked.
            }
        }
        return null;
    }

    /// <summary>A socket and an id of its own for each question: an answer can't be guessed.</summary>
    private static async Task<byte[]> OverUdpAsync(IPEndPoint server, ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        await socket.SendAsync(UpstreamMessage.Question(id, question.Span, wantsSecurity), cancellationToken);
        var buffer = new byte[4096];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (UpstreamMessage.Answers(buffer.AsSpan(0, length), id, question.Span))
            {
                return buffer[..length];
            }
        }
    }

    private static async Task<byte[]> OverTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, cancellationToken);
        var stream = client.GetStream();
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var message = UpstreamMessage.Question(id, question.Span, wantsSecurity);
        var framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancellationToken);
        var answer = new byte[Math.Min(MaxMessage, (int)BinaryPrimitives.ReadUInt16BigEndian(prefix))];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return UpstreamMessage.Answers(answer, id, question.Span) ? answer : throw new IOException("the server answered another question");
    }
}
