using System.Collections.Immutable;
using System.Net;

namespace Orchestrator.Agent.Networking.Routing;

/// <summary>Which way pods of other machines are.</summary>
internal static class RoutePlanner
{
    /// <summary>A route for each other machine of the segment with pods of its own addresses; none for this machine's, nor for loopback ranges, which lead nowhere from here.</summary>
    public static ImmutableSortedDictionary<string, string> Of(IEnumerable<KeyValuePair<string, NodePlace>> nodes, string selfAddress) => nodes
        .Select(node => node.Value)
        .Where(place => place.Address is { } address && address != selfAddress && IPAddress.TryParse(address, out var parsed) && !IPAddress.IsLoopback(parsed)
            && IPNetwork.TryParse(place.PodCidr, out var range) && !IPAddress.IsLoopback(range.BaseAddress))
        .DistinctBy(place => place.PodCidr)
        .ToImmutableSortedDictionary(place => place.PodCidr!, place => place.Address!, StringComparer.Ordinal); // Both were just looked at.

    /// <summary>What to change: routes that are there and wanted otherwise or not at all, and those that are missing.</summary>
    public static IReadOnlyList<string> Changes(IReadOnlyDictionary<string, string> current, IReadOnlyDictionary<string, string> wanted) =>
    [
        .. current.Where(route => !wanted.ContainsKey(route.Key)).Select(route => $"route del {route.Key} proto {NodeRoutes.Protocol}"),
        .. wanted.Where(route => !current.TryGetValue(route.Key, out var via) || via != route.Value).Select(route => $"route replace {route.Key} via {route.Value} proto {NodeRoutes.Protocol}"),
    ];
}
