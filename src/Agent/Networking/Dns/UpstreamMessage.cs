using System.Buffers.Binary;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Messages from and to the machine's own resolvers.</summary>
internal static class UpstreamMessage
{
    private const ushort Internet = 1;
    private const int TruncatedBit = 0x0200;

    /// <summary>A question of ours for a name, with extensions.</summary>
    public static byte[] Question(ushort id, ReadOnlySpan<byte> question, bool wantsSecurity)
    {
        var message = new byte[DnsQuery.HeaderLength + question.Length + 11];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 1; // Recursion, please.
        message[5] = 1;
        message[11] = 1;
        question.CopyTo(message.AsSpan(DnsQuery.HeaderLength));
        var option = message.AsSpan(DnsQuery.HeaderLength + question.Length);
        BinaryPrimitives.WriteUInt16BigEndian(option[1..], (ushort)DnsType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(option[3..], DnsQuery.Limit);
        option[7] = (byte)(wantsSecurity ? 0x80 : 0);
        return message;
    }

    public static byte[] Question(string name, DnsType type)
    {
        var encoded = DnsName.Encode(name);
        return [.. encoded, (byte)((ushort)type >> 8), (byte)type, 0, (byte)Internet];
    }

    public static bool IsTruncated(ReadOnlySpan<byte> message) => (BinaryPrimitives.ReadUInt16BigEndian(message[2..]) & TruncatedBit) != 0;

    public static DnsCode Code(ReadOnlySpan<byte> message) => (DnsCode)(message[3] & 0xF);

    /// <summary>True for the answer to that question: same id, same question, and whole.</summary>
    public static bool Answers(ReadOnlySpan<byte> message, ushort id, ReadOnlySpan<byte> question)
    {
        if (message.Length < DnsQuery.HeaderLength + question.Length || BinaryPrimitives.ReadUInt16BigEndian(message) != id || (message[2] & 0x80) == 0
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || !SameQuestion(message.Slice(DnsQuery.HeaderLength, question.Length), question))
        {
            return false;
        }
        var records = Records(message, question.Length);
        while (records.MoveNext())
        {
        }
        return !records.IsDamaged || IsTruncated(message);
    }

    public static DnsRecordReader Records(ReadOnlySpan<byte> message, int question) => new(message, DnsQuery.HeaderLength + question,
        BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..]) + BinaryPrimitives.ReadUInt16BigEndian(message[10..]));

    /// <summary>Seconds that it may be kept: its shortest record's; of an absence, what its SOA says. Source: RFC 2308, 5.</summary>
    public static uint TimeToLive(ReadOnlySpan<byte> message, int question, uint atMost)
    {
        var (shortest, any) = (atMost, false);
        var records = Records(message, question);
        while (records.MoveNext())
        {
            if (records.Type == DnsType.Opt)
            {
                continue;
            }
            any = true;
            shortest = Math.Min(shortest, records.TimeToLive);
            if (records is { Type: DnsType.Soa, Data.Length: >= 4 })
            {
                shortest = Math.Min(shortest, BinaryPrimitives.ReadUInt32BigEndian(records.Data[^4..]));
            }
        }
        // Without a record nothing says how long; kept for no time, it would be asked for each time.
        return any ? shortest : Math.Min(atMost, DnsZone.TimeToLive);
    }

    /// <summary>Makes a kept message the answer to a client: its id and letter case, the time that is left.</summary>
    public static void Readdress(Span<byte> message, DnsQuery query, uint elapsed)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, query.Id);
        message[2] = (byte)((message[2] & 0xFE) | (query.WantsRecursion ? 1 : 0));
        query.Question.CopyTo(message[DnsQuery.HeaderLength..]);
        var records = Records(message, query.Question.Length);
        while (records.MoveNext())
        {
            if (records.Type != DnsType.Opt)
            {
                BinaryPrimitives.WriteUInt32BigEndian(message[records.TimeToLiveAt..], records.TimeToLive - Math.Min(records.TimeToLive, elapsed));
            }
        }
    }

    private static bool SameQuestion(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            // Lengths of labels lie below the letters: folding them does no harm.
            if (Fold(left[i]) != Fold(right[i]))
            {
                return false;
            }
        }
        return true;

        static byte Fold(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
    }
}
