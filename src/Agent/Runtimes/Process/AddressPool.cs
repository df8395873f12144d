using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// Hands out the addresses of an IPv4 range, without its first and last. An address that was given back is used again as late as possible,
/// so that whoever still holds it does not reach another pod.
/// </summary>
internal sealed class AddressPool
{
    private readonly uint _first;
    private readonly uint _count;
    private readonly HashSet<uint> _taken = [];
    private uint _next;

    /// <exception cref="FormatException">Not an IPv4 range with room for an address: <c>127.64.3.0/24</c>.</exception>
    public AddressPool(string cidr)
    {
        var network = IPNetwork.Parse(cidr);
        if (network.BaseAddress.AddressFamily != AddressFamily.InterNetwork || network.PrefixLength > 30)
        {
            throw new FormatException($"{cidr}: expected an IPv4 range of at most /30");
        }
        _first = ToNumber(network.BaseAddress) + 1;
        _count = (uint)((1L << (32 - network.PrefixLength)) - 2);
        Cidr = cidr;
    }

    public string Cidr { get; }

    /// <summary>Marks an address as in use; one outside of the range is nobody else's and needs no mark.</summary>
    public void Take(string address) => _taken.Add(ToNumber(IPAddress.Parse(address)));

    public void Return(string address) => _taken.Remove(ToNumber(IPAddress.Parse(address)));

    /// <returns>Null when all are taken.</returns>
    public string? TryAllocate()
    {
        for (uint tried = 0; tried < _count; tried++)
        {
            var candidate = _first + (_next + tried) % _count;
            if (_taken.Add(candidate))
            {
                _next = (candidate - _first + 1) % _count;
                return ToAddress(candidate);
            }
        }
        return null;
    }

    private static uint ToNumber(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static string ToAddress(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes).ToString();
    }
}
