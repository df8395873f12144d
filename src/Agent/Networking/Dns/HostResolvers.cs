using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>The machine's own resolvers and search domains: read each time, since machines move between networks.</summary>
internal static class HostResolvers
{
    private const int DnsPort = 53;
    private const int MaxServers = 3;

    /// <param name="own">Our own address: asking ourselves would never end.</param>
    public static IReadOnlyList<IPEndPoint> Servers(IPAddress? own)
    {
        var addresses = OperatingSystem.IsWindows() ? OfInterfaces() : ResolverFile.Read(ResolverFile.OfMachine).Nameservers.Select(IPAddress.Parse);
        return [.. addresses.Where(address => !address.Equals(own)).Distinct().Take(MaxServers).Select(address => new IPEndPoint(address, DnsPort))];
    }

    public static IReadOnlyList<string> Searches() => OperatingSystem.IsWindows() ? [] : ResolverFile.Read(ResolverFile.OfMachine).Searches;

    private static IEnumerable<IPAddress> OfInterfaces() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(card => card.GetIPProperties().DnsAddresses).Where(address => address.AddressFamily == AddressFamily.InterNetwork);
}
