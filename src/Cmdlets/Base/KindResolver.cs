using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Finds kinds: those of the catalogue by themselves, others by asking the cluster what it serves.</summary>
internal static class KindResolver
{
    private static readonly ConcurrentDictionary<ClusterClient, Task<IReadOnlyList<ResourceKind>>> Served = new();

    /// <summary>A kind by any name people give it: <c>pods</c>, <c>po</c>, <c>Pod</c>, <c>deployments.apps</c>.</summary>
    public static async Task<ResourceKind> ResolveAsync(ClusterClient client, string name, CancellationToken cancellationToken)
    {
        if (Catalog.TryResolve(name, out var known))
        {
            return known;
        }

        return (await ServedAsync(client, cancellationToken)).FirstOrDefault(kind => Names(kind).Contains(name, StringComparer.OrdinalIgnoreCase))
            ?? throw ClusterException.UnknownKind(name);
    }

    /// <summary>The kind that a manifest names; null when the cluster has none such.</summary>
    public static async Task<ResourceKind?> FindAsync(ClusterClient client, string apiVersion, string kind, CancellationToken cancellationToken) =>
        Catalog.ForKind(apiVersion, kind)
        ?? (await ServedAsync(client, cancellationToken)).FirstOrDefault(candidate => candidate.ApiVersion == apiVersion && candidate.Kind == kind);

    private static async Task<IReadOnlyList<ResourceKind>> ServedAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        var task = Served.GetOrAdd(client, _ => DiscoverAsync(client, cancellationToken));
        try
        {
            return await task;
        }
        catch
        {
            Served.TryRemove(client, out _);
            throw;
        }
    }

    private static async Task<IReadOnlyList<ResourceKind>> DiscoverAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        var kinds = new List<ResourceKind>(await ReadAsync(client, "", "v1", cancellationToken));
        var groups = await client.GetPathAsync("apis", cancellationToken);
        foreach (var group in groups["groups"] as JsonArray ?? [])
        {
            if ((string?)group?["preferredVersion"]?["groupVersion"] is { } preferred && preferred.Split('/') is [var name, var version])
            {
                kinds.AddRange(await ReadAsync(client, name, version, cancellationToken));
            }
        }

        return kinds;
    }

    private static async Task<IEnumerable<ResourceKind>> ReadAsync(ClusterClient client, string group, string version, CancellationToken cancellationToken)
    {
        try
        {
            var list = await client.GetPathAsync(group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}", cancellationToken);
            return (list["resources"] as JsonArray ?? []).OfType<JsonObject>()
                .Where(resource => (string?)resource["name"] is { } plural && !plural.Contains('/', StringComparison.Ordinal))
                .Select(resource => Kind(resource, group, version));
        }
        catch (ClusterRequestException absent) when (absent.Code is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable)
        {
            // A group can be listed while the service behind it is away: the others still count.
            return [];
        }
    }

    private static ResourceKind Kind(JsonObject resource, string group, string version)
    {
        var kind = (string?)resource["kind"] ?? "";
        var singular = (string?)resource["singularName"];
        return Catalog.ForKind(group.Length == 0 ? version : $"{group}/{version}", kind) ?? new ResourceKind
        {
            Group = group,
            Version = version,
            Kind = kind,
            Plural = (string?)resource["name"] ?? "",
            Singular = string.IsNullOrEmpty(singular) ? kind.ToLowerInvariant() : singular,
            ShortNames = [.. (resource["shortNames"] as JsonArray ?? []).Select(name => (string?)name).OfType<string>()],
            Namespaced = (bool?)resource["namespaced"] ?? false,
            ClrType = typeof(JsonObject),
        };
    }

    private static IEnumerable<string> Names(ResourceKind kind) =>
        new[] { kind.Plural, kind.Singular, kind.Kind }.Concat(kind.ShortNames).SelectMany(name => new[] { name, $"{name}.{kind.Group}", $"{name}.{kind.Version}.{kind.Group}" });
}
