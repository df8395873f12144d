using System.Buffers.Binary;
using System.Net;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>The addresses of an IPv4 network that can be given out: all but the first and the last.</summary>
internal readonly record struct AddressRange(IPNetwork Network)
{
    private uint Base => Number(Network.BaseAddress);

    public int Count => (int)((1L << (32 - Network.PrefixLength)) - 2);

    /// <summary>As <see cref="PortRange.Reserved"/>. Source: Kubernetes, KEP-3070.</summary>
    public int Reserved => Count <= 16 ? 0 : Math.Clamp(Count / 16, 16, 256);

    /// <summary>The address of a place, the first place being 0.</summary>
    public string At(int place)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Base + (uint)place + 1);
        return new IPAddress(bytes).ToString();
    }

    public bool Contains(string address) => IPAddress.TryParse(address, out var parsed) && Network.Contains(parsed) && Number(parsed) - Base is var place && place > 0 && place <= Count;

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
