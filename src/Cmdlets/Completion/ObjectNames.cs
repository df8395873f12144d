using System.Collections;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What the cluster of a half-typed command holds.</summary>
internal static class ObjectNames
{
    public static IEnumerable<string> Get(IDictionary bound, string kindName) =>
        Collect(bound, kindName, "names", item => [(string?)item["metadata"]?["name"] ?? ""]);

    public static IEnumerable<string> LabelKeys(IDictionary bound, string kindName) =>
        Collect(bound, kindName, "labels", item => (item["metadata"]?["labels"] as JsonObject ?? []).Select(label => label.Key));

    public static IEnumerable<string> Containers(IDictionary bound)
    {
        var pod = new[] { "Name", "FromPod", "ToPod" }.Select(parameter => bound[parameter]).Select(value => value is object[] many ? many.FirstOrDefault() : value)
            .FirstOrDefault(value => value is not null)?.ToString();
        return Collect(bound, "Pod", $"containers of {pod}", item => pod is null || (string?)item["metadata"]?["name"] == pod
            ? new[] { "containers", "initContainers" }.SelectMany(field => item["spec"]?[field] as JsonArray ?? []).Select(container => (string?)container?["name"] ?? "")
            : []);
    }

    private static IReadOnlyList<string> Collect(IDictionary bound, string kindName, string what, Func<JsonObject, IEnumerable<string>> values)
    {
        if (!Catalog.TryResolve(kindName, out var kind))
        {
            return [];
        }

        var (context, @namespace) = (bound["Context"]?.ToString(), bound["Namespace"]?.ToString());
        return CompleterSource.Get($"{what}/{context}/{@namespace}/{kind}", async cancellationToken =>
        {
            var client = ClientCache.Get(ContextStore.Resolve(context));
            var page = await client.ListPageAsync(
                kind, kind.Namespaced ? @namespace ?? client.Context.Namespace : null, ListQuery.Everything, null, cancellationToken);
            return [.. (page["items"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(values).Distinct().Order(StringComparer.Ordinal)];
        });
    }
}
