using System.Buffers.Binary;

namespace Orchestrator.Model.Tunnel;

/// <summary>Reads frames off a stream, one at a time: a frame's payload is good until the next is read.</summary>
public sealed class ChannelFrameReader(Stream stream)
{
    private readonly byte[] _header = new byte[ChannelFrame.HeaderBytes];
    private byte[] _payload = [];

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">Not a frame, or one that is too long.</exception>
    /// <exception cref="EndOfStreamException">The stream ends inside a frame.</exception>
    public async ValueTask<ChannelFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        var first = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (first < _header.Length)
        {
            return first == 0 ? null : throw new EndOfStreamException("a frame's header is cut");
        }
        var length = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1));
        if (length is < 0 or > ChannelFrame.PayloadLimit)
        {
            throw new InvalidDataException($"a frame of {length} bytes; {ChannelFrame.PayloadLimit} is the most");
        }
        if (_payload.Length < length)
        {
            _payload = new byte[length <= 4096 ? 4096 : ChannelFrame.PayloadLimit];
        }
        await stream.ReadExactlyAsync(_payload.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        return new((StreamChannel)_header[0], _payload.AsMemory(0, length));
    }
}
