using System.Net.WebSockets;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>
/// A connection to a pod: streams over one WebSocket, told apart by each message's first byte. The client library's own demultiplexer hands out
/// streams that block a thread each and cannot be cancelled, which Ctrl-C must; its connection (TLS, credentials) is what is used here.
/// </summary>
internal sealed class PodConnection(WebSocket socket) : IAsyncDisposable
{
    private const string ClosingProtocol = "v5.channel.k8s.io";
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private StreamChannel? _channel;

    /// <summary>Whether the end of the input can be told; before version 5 it could not.</summary>
    public bool CanCloseInput => socket.SubProtocol == ClosingProtocol;

    /// <returns>Null when the other side has closed.</returns>
    /// <exception cref="ClusterException">The connection broke.</exception>
    public async ValueTask<PodFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ValueWebSocketReceiveResult read;
            try
            {
                read = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            }
            catch (WebSocketException broken)
            {
                throw ClusterException.Broken(broken.Message);
            }

            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var channel = _channel;
            var start = 0;
            if (channel is null && read.Count > 0)
            {
                (channel, start) = ((StreamChannel)_buffer[0], 1);
            }

            // A message may come in pieces; only the first has the channel.
            _channel = read.EndOfMessage ? null : channel;
            if (channel is { } known && read.Count > start)
            {
                return new(known, _buffer.AsMemory(start, read.Count - start));
            }
        }
    }

    /// <exception cref="ClusterException">The connection broke.</exception>
    public async Task WriteAsync(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = new byte[data.Length + 1];
        message[0] = (byte)channel;
        data.CopyTo(message.AsMemory(1));
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (Exception broken) when (broken is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw ClusterException.Broken(broken.Message);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Tells that no input follows, where that can be told.</summary>
    public Task CloseInputAsync(CancellationToken cancellationToken) =>
        CanCloseInput ? WriteAsync(StreamChannel.Close, new[] { (byte)StreamChannel.Input }, cancellationToken) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Farewell, TimeProvider.System);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is over either way.
        }

        socket.Dispose();
        _writing.Dispose();
    }
}
