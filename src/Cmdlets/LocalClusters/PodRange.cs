using System.Globalization;
using System.Net.NetworkInformation;

namespace Orchestrator.Cmdlets;

/// <summary>Gives each local cluster a /16 of its own out of 127.64.0.0/10, so that pods of two clusters never share an address.</summary>
internal static class PodRange
{
    private const int First = 64;
    private const int Count = 64;

    /// <summary>The range that a cluster's folder leads to, or the next one that nobody has.</summary>
    public static string Choose(string path)
    {
        var taken = LocalClusterFolder.All().Where(folder => folder.Path != path)
            .Select(LocalClusterState.Load).OfType<LocalClusterState>().Select(state => Number(state.PodRange))
            .Concat(Listening())
            .ToHashSet();
        var preferred = (int)(Hash(path) % Count);
        var free = Enumerable.Range(0, Count).Select(step => First + ((preferred + step) % Count)).FirstOrDefault(number => !taken.Contains(number), First + preferred);
        return string.Create(CultureInfo.InvariantCulture, $"127.{free}.0.0/16");
    }

    /// <summary>The half of the cluster's range that its pods have.</summary>
    public static string Pods(string range) => string.Create(CultureInfo.InvariantCulture, $"127.{Number(range)}.0.0/17");

    /// <summary>The half that its services have: loopback addresses need no rights and are nobody else's.</summary>
    public static string Services(string range) => string.Create(CultureInfo.InvariantCulture, $"127.{Number(range)}.128.0/17");

    private static int Number(string range) => int.Parse(range.Split('.')[1], CultureInfo.InvariantCulture);

    /// <summary>Clusters in folders that this user's home doesn't list show by what listens.</summary>
    private static IEnumerable<int> Listening() =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Select(endpoint => endpoint.Address.GetAddressBytes())
            .Where(address => address is [127, >= First and < First + Count, _, _])
            .Select(address => (int)address[1]);

    /// <summary>FNV-1a: the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, character) => unchecked((hash ^ character) * 16777619u));
}
