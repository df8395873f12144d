using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>A record without its owner, its data as it stands on the wire: answering is copying.</summary>
internal readonly record struct DnsRecord(DnsType Type, byte[] Data)
{
    public static DnsRecord Of(IPAddress address) =>
        new(address.AddressFamily == AddressFamily.InterNetworkV6 ? DnsType.Aaaa : DnsType.A, address.GetAddressBytes());

    public static DnsRecord Cname(string target) => new(DnsType.Cname, DnsName.Encode(target));

    public static DnsRecord Ptr(string target) => new(DnsType.Ptr, DnsName.Encode(target));

    public static DnsRecord Txt(string text) => new(DnsType.Txt, [(byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)]);

    /// <summary>Where the target's name stands in the data of an SRV record.</summary>
    public const int SrvTargetAt = 6;

    /// <summary>All targets of a name have the same say: priority 0; the weight shares 100 among them, as cluster DNS servers do.</summary>
    public static DnsRecord Srv(string target, int port, int targets)
    {
        var name = DnsName.Encode(target);
        var data = new byte[SrvTargetAt + name.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), (ushort)Math.Max(1, 100 / Math.Max(1, targets)));
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), (ushort)port);
        name.CopyTo(data, SrvTargetAt);
        return new(DnsType.Srv, data);
    }

    public bool Equals(DnsRecord other) => Type == other.Type && Data.AsSpan().SequenceEqual(other.Data);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Type);
        hash.AddBytes(Data);
        return hash.ToHashCode();
    }
}
