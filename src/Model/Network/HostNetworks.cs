using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Orchestrator.Model.Network;

/// <summary>The networks that this machine is in. Services and pods with addresses out of one of them would hide the machines that have those.</summary>
public static class HostNetworks
{
    /// <summary>Those that share addresses with a range, each with the name of its card.</summary>
    /// <param name="range">The range.</param>
    /// <param name="own">A network that does not count: the range's own bridge.</param>
    public static IReadOnlyList<string> Overlapping(IPNetwork range, IPNetwork? own = null) => Overlapping(range, NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.NetworkInterfaceType != NetworkInterfaceType.Loopback && card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses.Select(unicast => (card.Name, unicast.Address, unicast.PrefixLength))), own);

    /// <remarks>An address by itself is no network: an agent of this machine may have taken it for a service.</remarks>
    public static IReadOnlyList<string> Overlapping(IPNetwork range, IEnumerable<(string Card, IPAddress Address, int PrefixLength)> cards, IPNetwork? own = null) =>
    [
        .. cards.Where(card => card.Address.AddressFamily == AddressFamily.InterNetwork && card.PrefixLength is > 0 and < 32)
            .Select(card => (card.Card, Network: Network(card.Address, card.PrefixLength)))
            .Where(card => card.Network != own && (card.Network.Contains(range.BaseAddress) || range.Contains(card.Network.BaseAddress)))
            .Select(card => $"{card.Network} ({card.Card})").Distinct(),
    ];

    private static IPNetwork Network(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < 32; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }
        return new(new IPAddress(bytes), prefixLength);
    }
}
