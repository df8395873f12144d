namespace Orchestrator.Model.Tunnel;

/// <summary>A piece of one of several streams that share a connection. On the wire: channel (1 byte), length (4 bytes, big-endian), payload.</summary>
/// <param name="Payload">At most <see cref="PayloadLimit"/> bytes.</param>
public readonly record struct ChannelFrame(StreamChannel Channel, ReadOnlyMemory<byte> Payload)
{
    public const int HeaderBytes = 5;
    public const int PayloadLimit = 32 * 1024;

    public static ChannelFrame Closing(StreamChannel channel) => new(StreamChannel.Close, new[] { (byte)channel });
}
