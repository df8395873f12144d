using System.Globalization;
using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>The first few endpoints, and how many more there are.</summary>
public static class EndpointSummary
{
    private const int Most = 3;
    private const string Unset = "<unset>";

    /// <summary><c>10.0.0.1:80,10.0.0.2:80 + 5 more...</c>; null for none.</summary>
    public static string? Addresses(V1Endpoints endpoints) => Few((endpoints.Subsets ?? []).SelectMany(Pairs));

    public static string Addresses(V1EndpointSlice slice) => Few((slice.Endpoints ?? []).SelectMany(endpoint => endpoint.Addresses ?? [])) ?? Unset;

    public static string Ports(V1EndpointSlice slice) => Few((slice.Ports ?? []).Select(port => port.Port?.ToString(CultureInfo.InvariantCulture) ?? "*")) ?? Unset;

    private static IEnumerable<string> Pairs(V1EndpointSubset subset)
    {
        var addresses = (subset.Addresses ?? []).Select(address => address.Ip).ToArray();
        return subset.Ports is not { Count: > 0 } ports ? addresses
            : ports.SelectMany(port => addresses.Select(address => address.Contains(':', StringComparison.Ordinal)
                ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port.Port}") : string.Create(CultureInfo.InvariantCulture, $"{address}:{port.Port}")));
    }

    private static string? Few(IEnumerable<string> items)
    {
        var all = items.ToArray();
        return all.Length == 0 ? null : string.Join(',', all.Take(Most)) + (all.Length > Most ? string.Create(CultureInfo.InvariantCulture, $" + {all.Length - Most} more...") : "");
    }
}
