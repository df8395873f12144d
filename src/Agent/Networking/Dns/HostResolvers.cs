using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>The machine's own resolvers and search domains: read each time, since machines move between networks.</summary>
internal static class HostResolvers
{
    private const int DnsPort = 53;
    private const string ResolverFile = "/etc/resolv.conf";

    /// <param name="own">Our own address: asking ourselves would never end.</param>
    public static IReadOnlyList<IPEndPoint> Servers(IPAddress? own)
    {
        var addresses = OperatingSystem.IsWindows() ? OfInterfaces() : Lines("nameserver").SelectMany(words => words.Take(1))
            .Select(word => IPAddress.TryParse(word, out var address) ? address : null).OfType<IPAddress>();
        return [.. addresses.Where(address => !address.Equals(own)).Distinct().Take(3).Select(address => new IPEndPoint(address, DnsPort))];
    }

    public static IReadOnlyList<string> Searches() => OperatingSystem.IsWindows() ? [] : Lines("search").LastOrDefault() ?? [];

    private static IEnumerable<string[]> Lines(string keyword)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(ResolverFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
        return lines.Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1 && words[0] == keyword).Select(words => words[1..]);
    }

    private static IEnumerable<IPAddress> OfInterfaces() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(card => card.GetIPProperties().DnsAddresses).Where(address => address.AddressFamily == AddressFamily.InterNetwork);
}
