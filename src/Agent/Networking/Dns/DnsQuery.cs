using System.Buffers.Binary;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>A question as it came, read without garbage. Source: RFC 1035, 4.1; RFC 6891, 6.1.</summary>
internal readonly ref struct DnsQuery
{
    public const int HeaderLength = 12;
    /// <summary>What an answer over UDP may have when the client says nothing, and at most: more would be cut up on its way.</summary>
    private const int PlainLimit = 512;
    public const int Limit = 1232;
    private const int AnswerBit = 0x8000;
    private const int RecursionBit = 0x0100;

    private DnsQuery(ushort id, int flags, DnsCode problem)
    {
        (Id, WantsRecursion, Problem) = (id, (flags & RecursionBit) != 0, problem);
        AnswerLimit = PlainLimit;
    }

    public ushort Id { get; }
    public bool WantsRecursion { get; }

    /// <summary>The question as it came, letter case and all: it is sent back. Empty where it could not be read.</summary>
    public ReadOnlySpan<byte> Question { get; private init; }

    /// <summary>Lower case, no dot at the end.</summary>
    public ReadOnlySpan<char> Name { get; private init; }

    public DnsType Type { get; private init; }
    public ushort Class { get; private init; }
    public bool HasExtensions { get; private init; }

    /// <summary>The client asks for signatures; only what is forwarded can have them.</summary>
    public bool WantsSecurity { get; private init; }

    /// <summary>Octets that the client takes over UDP.</summary>
    public int AnswerLimit { get; private init; }

    /// <summary>What is wrong with it; NoError for a good one.</summary>
    public DnsCode Problem { get; }

    /// <param name="message">What came.</param>
    /// <param name="name">Room for the name, <see cref="DnsName.MaxLength"/> characters.</param>
    /// <param name="query">The question, or what is wrong with it.</param>
    /// <returns>False for what deserves no answer: no header, or an answer itself.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, Span<char> name, out DnsQuery query)
    {
        query = default;
        if (message.Length < HeaderLength)
        {
            return false;
        }
        var (id, flags) = (BinaryPrimitives.ReadUInt16BigEndian(message), BinaryPrimitives.ReadUInt16BigEndian(message[2..]));
        if ((flags & AnswerBit) != 0)
        {
            return false;
        }
        query = ((flags >> 11) & 0xF) != 0 ? new(id, flags, DnsCode.NotImplemented) : Read(message, name, id, flags);
        return true;
    }

    private static DnsQuery Read(ReadOnlySpan<byte> message, Span<char> name, ushort id, int flags)
    {
        var body = message[HeaderLength..];
        var (read, length) = (0, 0);
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) == 1)
        {
            read = DnsName.Read(body, name, out length);
        }
        if (read == 0 || read + 4 > body.Length)
        {
            return new(id, flags, DnsCode.FormatError);
        }
        var (size, secure, version, extended) = ((int)PlainLimit, false, 0u, false);
        var records = new DnsRecordReader(message, HeaderLength + read + 4,
            BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..]) + BinaryPrimitives.ReadUInt16BigEndian(message[10..]));
        while (records.MoveNext())
        {
            if (records.Type == DnsType.Opt)
            {
                (size, secure, version, extended) = (records.Class, (records.TimeToLive & 0x8000) != 0, (records.TimeToLive >> 16) & 0xFF, true);
            }
        }
        return records.IsDamaged ? new(id, flags, DnsCode.FormatError) : new(id, flags, version > 0 ? DnsCode.BadVersion : DnsCode.NoError)
        {
            Question = body[..(read + 4)],
            Name = name[..length],
            Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(body[read..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(body[(read + 2)..]),
            HasExtensions = extended,
            WantsSecurity = secure,
            AnswerLimit = Math.Clamp(size, PlainLimit, Limit),
        };
    }
}
