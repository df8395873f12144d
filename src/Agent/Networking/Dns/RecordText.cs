using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Records as zone files write them. Source: RFC 1035, 3.3 and 4.1.4; RFC 2782; RFC 3597 for types that are not known here.</summary>
internal static class RecordText
{
    private const int PointerBits = 0xC0;
    private const int MaxLabels = 128;

    /// <summary>The name at a place of a message, compressed or not; <c>.</c> for the root and for what is damaged.</summary>
    public static string Name(ReadOnlySpan<byte> message, int at)
    {
        var labels = new List<string>();
        while (at >= 0 && at < message.Length && message[at] != 0 && labels.Count < MaxLabels)
        {
            var size = (int)message[at];
            if (size >= PointerBits)
            {
                // Only backwards, or it would never end.
                var target = at + 1 < message.Length ? ((size & ~PointerBits) << 8) + message[at + 1] : at;
                at = target < at ? target : -1;
                continue;
            }
            if (at + 1 + size > message.Length)
            {
                break;
            }
            labels.Add(Encoding.ASCII.GetString(message.Slice(at + 1, size)));
            at += 1 + size;
        }
        return labels.Count == 0 ? "." : string.Join('.', labels);
    }

    /// <param name="message">The whole message: names in records may refer to others.</param>
    /// <param name="reader">At the record.</param>
    public static string Data(ReadOnlySpan<byte> message, DnsRecordReader reader)
    {
        var data = reader.Data;
        var at = reader.End - data.Length;
        return reader.Type switch
        {
            DnsType.A when data.Length == 4 => new IPAddress(data).ToString(),
            DnsType.Aaaa when data.Length == 16 => new IPAddress(data).ToString(),
            DnsType.Cname or DnsType.Ptr or DnsType.Ns => Name(message, at),
            DnsType.Srv when data.Length > 6 => $"{Number(data)} {Number(data[2..])} {Number(data[4..])} {Name(message, at + 6)}",
            DnsType.Mx when data.Length > 2 => $"{Number(data)} {Name(message, at + 2)}",
            DnsType.Txt => string.Join(' ', Texts(data)),
            DnsType.Soa => Authority(message, at, data),
            _ => $"\\# {data.Length} {Convert.ToHexStringLower(data)}",
        };
    }

    private static string Number(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16BigEndian(data).ToString(CultureInfo.InvariantCulture);

    private static List<string> Texts(ReadOnlySpan<byte> data)
    {
        var texts = new List<string>();
        for (var at = 0; at < data.Length && at + 1 + data[at] <= data.Length; at += 1 + data[at])
        {
            texts.Add($"\"{Encoding.ASCII.GetString(data.Slice(at + 1, data[at]))}\"");
        }
        return texts;
    }

    private static string Authority(ReadOnlySpan<byte> message, int at, ReadOnlySpan<byte> data)
    {
        const int numbersLength = 20;
        if (data.Length <= numbersLength)
        {
            return "";
        }
        var text = new StringBuilder($"{Name(message, at)} {Name(message, DnsName.Skip(message, at))}");
        for (var number = data.Length - numbersLength; number < data.Length; number += 4)
        {
            text.Append(CultureInfo.InvariantCulture, $" {BinaryPrimitives.ReadUInt32BigEndian(data[number..])}");
        }
        return text.ToString();
    }
}
