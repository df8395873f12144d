using k8s.Models;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>What a pod's resolver is told.</summary>
internal sealed record ResolverSettings(IReadOnlyList<string> Nameservers, IReadOnlyList<string> Searches, IReadOnlyList<string> Options);

/// <summary>A pod's resolver settings by its dnsPolicy and dnsConfig. Source: Kubernetes documentation, "DNS for Services and Pods".</summary>
internal static class PodResolver
{
    private const int MaxNameservers = 3;
    private const int MaxSearches = 32;

    /// <param name="pod">The pod.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="server">This node's name server; null where it has none.</param>
    /// <param name="domain">The cluster's domain.</param>
    /// <param name="hostSearches">The machine's own search domains.</param>
    /// <returns>Null: the machine's own settings, untouched.</returns>
    public static ResolverSettings? Of(V1PodSpec pod, string @namespace, string? server, string domain, IReadOnlyList<string> hostSearches)
    {
        var config = pod.DnsConfig;
        var ofCluster = server is not null && (pod.DnsPolicy == "ClusterFirstWithHostNet" || (pod.DnsPolicy is null or "" or "ClusterFirst" && pod.HostNetwork != true));
        if (!ofCluster && config is null)
        {
            return null;
        }
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ofCluster)
        {
            options["ndots"] = "5";
        }
        foreach (var option in config?.Options ?? [])
        {
            options[option.Name] = option.Value ?? "";
        }
        IEnumerable<string> ours = ofCluster ? [server!] : [];
        IEnumerable<string> searches = ofCluster ? [$"{@namespace}.svc.{domain}", $"svc.{domain}", domain, .. hostSearches] : [];
        return new(
            [.. ours.Concat(config?.Nameservers ?? []).Distinct().Take(MaxNameservers)],
            [.. searches.Concat(config?.Searches ?? []).Distinct(StringComparer.Ordinal).Take(MaxSearches)],
            [.. options.Select(option => option.Value.Length == 0 ? option.Key : $"{option.Key}:{option.Value}")]);
    }
}
