using System.Buffers;
using System.Buffers.Text;
using System.Net.WebSockets;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>Channels in a WebSocket's messages.</summary>
internal sealed class WebSocketChannels(WebSocket socket, ChannelProtocol protocol, TimeProvider time) : IClientChannels
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Of no length that a frame is likely to have: one that fills it to the brim and is not marked as an end looks as if it went on.
    private byte[] _buffer = new byte[ChannelFrame.PayloadLimit + 77];

    public async ValueTask<ChannelFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (length < 0)
            {
                _gone.TrySetResult();
                return null;
            }
            if (length == 0)
            {
                continue;
            }
            var payload = _buffer.AsMemory(1, length - 1);
            if (protocol.Base64)
            {
                if (_buffer[0] is < (byte)'0' or > (byte)'9' || Base64.DecodeFromUtf8InPlace(payload.Span, out var decoded) != OperationStatus.Done)
                {
                    throw new InvalidDataException("a message that is no channel and base64");
                }
                return new((StreamChannel)(_buffer[0] - '0'), payload[..decoded]);
            }
            return new((StreamChannel)_buffer[0], payload);
        }
    }

    public async ValueTask WriteAsync(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var size = 1 + (protocol.Base64 ? Base64.GetMaxEncodedToUtf8Length(data.Length) : data.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            if (protocol.Base64)
            {
                buffer[0] = (byte)('0' + (byte)channel);
                Base64.EncodeToUtf8(data.Span, buffer.AsSpan(1), out _, out var written);
                size = 1 + written;
            }
            else
            {
                buffer[0] = (byte)channel;
                data.CopyTo(buffer.AsMemory(1));
            }
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await socket.SendAsync(
                    buffer.AsMemory(0, size), protocol.Base64 ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, cancellationToken)
                    .ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CloseLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, either.Token).ConfigureAwait(false);
            // The reader meets the client's own close.
            await _gone.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or IOException)
        {
            // It did not wait for the end.
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Reads one frame. Kubernetes' servers take each frame for a message, and the C# client counts on it: it never marks a message's end. A
    /// receive fills the buffer or stops where the frame does.
    /// </summary>
    /// <returns>The frame's length; -1 when the client has gone.</returns>
    private async ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        for (var length = 0; ;)
        {
            if (length == _buffer.Length)
            {
                if (_buffer.Length >= FrameLimitBytes)
                {
                    throw new InvalidDataException($"a frame of more than {FrameLimitBytes} bytes");
                }
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            }
            catch (WebSocketException)
            {
                return -1;
            }
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return -1;
            }
            length += received.Count;
            if (received.EndOfMessage || length < _buffer.Length)
            {
                return length;
            }
        }
    }

    // kubectl's frames have 32 KiB at most; other clients send what they are given in one.
    private const int FrameLimitBytes = 16 << 20;
}
