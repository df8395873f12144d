using System.Net;
using System.Text;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Names between text (lower case, no dot at the end) and the wire. Source: RFC 1035, 3.1.</summary>
internal static class DnsName
{
    /// <summary>Octets of a name on the wire.</summary>
    public const int MaxLength = 255;
    private const int MaxLabel = 63;

    public static byte[] Encode(string name)
    {
        var bytes = new byte[name.Length == 0 ? 1 : name.Length + 2];
        var at = 0;
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, bytes.AsSpan(at));
        }
        return bytes;
    }

    /// <summary>Whether it can stand on the wire at all: labels of 1 to 63 octets, 255 in all.</summary>
    public static bool CanEncode(string name) =>
        name.Length is > 0 and < MaxLength - 1 && name.Split('.').All(label => label.Length is > 0 and <= MaxLabel) && name.All(char.IsAscii);

    /// <summary>
    /// Reads the name of a question, which is never compressed, as lower-case text.
    /// </summary>
    /// <returns>Octets read; 0 when it is damaged.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, Span<char> text, out int length)
    {
        length = 0;
        var at = 0;
        while (at < bytes.Length && at < MaxLength)
        {
            var size = bytes[at++];
            if (size == 0)
            {
                return at;
            }
            if (size > MaxLabel || at + size > bytes.Length || at + size >= MaxLength)
            {
                return 0;
            }
            if (length > 0)
            {
                text[length++] = '.';
            }
            foreach (var octet in bytes.Slice(at, size))
            {
                text[length++] = octet is >= (byte)'A' and <= (byte)'Z' ? (char)(octet | 0x20) : (char)octet;
            }
            at += size;
        }
        return 0;
    }

    /// <summary>Steps over a name in an answer, compressed or not.</summary>
    /// <returns>The place behind it; -1 when it is damaged.</returns>
    public static int Skip(ReadOnlySpan<byte> message, int at)
    {
        while (at >= 0 && at < message.Length)
        {
            var size = message[at];
            if (size == 0)
            {
                return at + 1;
            }
            if (size >= 0xC0)
            {
                return at + 2 <= message.Length ? at + 2 : -1;
            }
            if (size > MaxLabel)
            {
                return -1;
            }
            at += 1 + size;
        }
        return -1;
    }

    /// <summary>The name under which an address is looked up backwards. Source: RFC 1035, 3.5; RFC 3596, 2.5.</summary>
    public static string Reverse(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4
            ? $"{bytes[3]}.{bytes[2]}.{bytes[1]}.{bytes[0]}.in-addr.arpa"
            : string.Join('.', Convert.ToHexStringLower(bytes).Reverse()) + ".ip6.arpa";
    }
}
