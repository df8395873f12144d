using System.Buffers;
using System.Buffers.Binary;

namespace Orchestrator.Model.Tunnel;

/// <summary>Writes frames to a stream, each flushed; may be used by several at once.</summary>
public sealed class ChannelFrameWriter(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Data of any length: what is too long for a frame goes in several.</summary>
    public async ValueTask WriteAsync(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        var size = Math.Min(data.Length, ChannelFrame.PayloadLimit);
        var buffer = ArrayPool<byte>.Shared.Rent(ChannelFrame.HeaderBytes + size);
        try
        {
            do
            {
                var part = data[..Math.Min(data.Length, ChannelFrame.PayloadLimit)];
                buffer[0] = (byte)channel;
                BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(1), part.Length);
                part.CopyTo(buffer.AsMemory(ChannelFrame.HeaderBytes));
                await stream.WriteAsync(buffer.AsMemory(0, ChannelFrame.HeaderBytes + part.Length), cancellationToken).ConfigureAwait(false);
                data = data[part.Length..];
            }
            while (data.Length > 0);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
