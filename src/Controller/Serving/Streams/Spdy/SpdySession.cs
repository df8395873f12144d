using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>
/// The server's side of SPDY/3.1, as much of it as Kubernetes' clients use: streams that the client opens, data both ways, pings. What they do
/// not use is read and dropped.
/// </summary>
internal sealed class SpdySession(Stream transport) : IAsyncDisposable
{
    private const int Version = 3;
    private const byte Final = 1;
    private const int HeaderBytes = 8;
    private const int StreamLimit = 1000;
    private const int FrameLimitBytes = (16 << 20) - 1;
    private const int DataBytes = 32 * 1024;

    private readonly ConcurrentDictionary<int, SpdyStream> _streams = [];
    private readonly Channel<SpdyStream> _accepted = Channel.CreateBounded<SpdyStream>(StreamLimit);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HeaderInflater _inflater = new();
    private readonly HeaderDeflater _deflater = new();
    private byte[] _frame = new byte[DataBytes];

    /// <summary>Streams as they are opened; completes with the session.</summary>
    public ChannelReader<SpdyStream> Accepted => _accepted.Reader;

    /// <summary>Reads until the client leaves; then every stream that still expects something is broken.</summary>
    /// <exception cref="InvalidDataException">The client does not speak SPDY/3.1.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        try
        {
            while (await transport.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == HeaderBytes)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)) & 0xFFFFFF;
                if (_frame.Length < length)
                {
                    _frame = new byte[Math.Max(length, Math.Min(FrameLimitBytes, _frame.Length * 2))];
                }
                var payload = _frame.AsMemory(0, length);
                await transport.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
                if ((header[0] & 0x80) == 0)
                {
                    await TakeDataAsync(BinaryPrimitives.ReadInt32BigEndian(header), (header[4] & Final) != 0, payload, cancellationToken).ConfigureAwait(false);
                }
                else if (!await TakeControlAsync(header, payload, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or System.Net.WebSockets.WebSocketException)
        {
            // The connection broke: its end, with what that means for the streams.
        }
        finally
        {
            _accepted.Writer.TryComplete();
            foreach (var id in _streams.Keys)
            {
                Break(id);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync().ConfigureAwait(false);
        _inflater.Dispose();
        _deflater.Dispose();
        _turn.Dispose();
    }

    internal async Task WriteDataAsync(int id, ReadOnlyMemory<byte> data, bool last, CancellationToken cancellationToken)
    {
        do
        {
            var part = data[..Math.Min(data.Length, DataBytes)];
            data = data[part.Length..];
            await WriteAsync(id, (uint)part.Length | (last && data.Length == 0 ? (uint)Final << 24 : 0), part, cancellationToken).ConfigureAwait(false);
        }
        while (data.Length > 0);
    }

    internal Task WriteResetAsync(int id, ResetReason reason, CancellationToken cancellationToken)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, id);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), (int)reason);
        return WriteControlAsync(FrameType.RstStream, payload, cancellationToken);
    }

    /// <summary>What still comes for it is dropped.</summary>
    internal void Forget(int id) => _streams.TryRemove(id, out _);

    // Called by the reader alone, as all that writes into a stream's buffer.
    private void Break(int id)
    {
        if (_streams.TryRemove(id, out var stream))
        {
            stream.Break("the client's connection broke");
        }
    }

    private async ValueTask TakeDataAsync(int id, bool last, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_streams.TryGetValue(id, out var stream))
        {
            await stream.ReceiveAsync(payload, last, cancellationToken).ConfigureAwait(false);
            if (last)
            {
                _streams.TryRemove(id, out _);
            }
        }
    }

    /// <returns>False when the client says good-bye.</returns>
    private async ValueTask<bool> TakeControlAsync(byte[] header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if ((BinaryPrimitives.ReadUInt16BigEndian(header) & 0x7FFF) != Version)
        {
            throw new InvalidDataException("a frame of another version than SPDY/3.1");
        }
        switch ((FrameType)BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)))
        {
            case FrameType.SynStream when payload.Length >= 10:
                await OpenAsync(payload, (header[4] & Final) != 0, cancellationToken).ConfigureAwait(false);
                return true;
            case FrameType.Headers when payload.Length >= 4:
                // Read for the sake of the compression, which spans frames.
                _inflater.Read(payload.Span[4..]);
                return true;
            case FrameType.RstStream when payload.Length >= 8:
                Break(Number(payload));
                return true;
            case FrameType.Ping when payload.Length >= 4:
                await WriteControlAsync(FrameType.Ping, payload[..4].ToArray(), cancellationToken).ConfigureAwait(false);
                return true;
            case FrameType.GoAway:
                return false;
            case FrameType.SynStream or FrameType.Headers or FrameType.RstStream or FrameType.Ping:
                throw new InvalidDataException("a control frame that is cut");
            default:
                return true;
        }
    }

    private async ValueTask OpenAsync(ReadOnlyMemory<byte> payload, bool last, CancellationToken cancellationToken)
    {
        var id = Number(payload);
        var stream = new SpdyStream(this, id, _inflater.Read(payload.Span[10..]));
        if (id % 2 == 0 || _streams.Count >= StreamLimit || !_streams.TryAdd(id, stream))
        {
            await WriteResetAsync(id, ResetReason.RefusedStream, cancellationToken).ConfigureAwait(false);
            return;
        }
        await WriteReplyAsync(id, cancellationToken).ConfigureAwait(false);
        if (last)
        {
            await stream.ReceiveAsync(default, last: true, cancellationToken).ConfigureAwait(false);
            _streams.TryRemove(id, out _);
        }
        await _accepted.Writer.WriteAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    // Only the reader replies, so the pieces of the compressed stream go out in order.
    private Task WriteReplyAsync(int id, CancellationToken cancellationToken)
    {
        var headers = _deflater.NoHeaders();
        var payload = new byte[4 + headers.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, id);
        headers.CopyTo(payload, 4);
        return WriteControlAsync(FrameType.SynReply, payload, cancellationToken);
    }

    private Task WriteControlAsync(FrameType type, byte[] payload, CancellationToken cancellationToken) =>
        WriteAsync(unchecked((int)0x80000000) | (Version << 16) | (int)type, (uint)payload.Length, payload, cancellationToken);

    private async Task WriteAsync(int first, uint second, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(HeaderBytes + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(buffer, first);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(4), second);
        payload.CopyTo(buffer.AsMemory(HeaderBytes));
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await transport.WriteAsync(buffer.AsMemory(0, HeaderBytes + payload.Length), cancellationToken).ConfigureAwait(false);
                await transport.FlushAsync(cancellationToken).ConfigureAwait(false);
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

    private static int Number(ReadOnlyMemory<byte> payload) => BinaryPrimitives.ReadInt32BigEndian(payload.Span) & 0x7FFFFFFF;
}
