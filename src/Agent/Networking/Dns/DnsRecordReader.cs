using System.Buffers.Binary;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Steps through the records of a message. Source: RFC 1035, 4.1.3.</summary>
internal ref struct DnsRecordReader(ReadOnlySpan<byte> message, int at, int count)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at = at;
    private int _left = count;

    /// <summary>True when it ended before all records were there.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Where the current record begins, with its owner's name.</summary>
    public int Start { get; private set; }

    /// <summary>Where its time to live stands.</summary>
    public int TimeToLiveAt { get; private set; }

    public DnsType Type { get; private set; }
    public ushort Class { get; private set; }
    public uint TimeToLive { get; private set; }
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The place behind the current record.</summary>
    public readonly int End => _at;

    public bool MoveNext()
    {
        if (_left-- <= 0)
        {
            return false;
        }
        Start = _at;
        var fields = DnsName.Skip(_message, _at);
        if (fields < 0 || fields + 10 > _message.Length)
        {
            return Damaged();
        }
        Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[fields..]);
        Class = BinaryPrimitives.ReadUInt16BigEndian(_message[(fields + 2)..]);
        TimeToLiveAt = fields + 4;
        TimeToLive = BinaryPrimitives.ReadUInt32BigEndian(_message[TimeToLiveAt..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(_message[(fields + 8)..]);
        if (fields + 10 + length > _message.Length)
        {
            return Damaged();
        }
        Data = _message.Slice(fields + 10, length);
        _at = fields + 10 + length;
        return true;
    }

    private bool Damaged()
    {
        (IsDamaged, _left) = (true, 0);
        return false;
    }
}
