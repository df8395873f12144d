using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>
/// Lists, whole or in pages; all pages show one state. Source: Kubernetes documentation, "API Concepts", retrieving large results sets in chunks and
/// semantics for get and list.
/// </summary>
internal static class ListVerb
{
    private static readonly byte[] Separator = [(byte)','];
    private static readonly byte[] End = "]}\n"u8.ToArray();

    public static Task HandleAsync(ApiContext context)
    {
        var (http, kind) = (context.Http, context.Request.Kind);
        var shape = ResponseFormat.Of(http);
        var query = QueryOptions.Selection(http, context.Request);
        var limit = QueryOptions.Number(http, "limit");
        var place = ContinueToken.Parse(QueryOptions.Text(http, "continue"));
        var snapshot = Read(context.Api.Cache, query, ListVersion.Of(http, limit, place), place);
        var (items, next, remaining) = Page(snapshot, limit, place);
        var metadata = new JsonObject { ["resourceVersion"] = snapshot.Revision.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
        {
            metadata["continue"] = next;
            if (query.Labels.IsEmpty && query.Fields.IsEmpty)
            {
                metadata["remainingItemCount"] = remaining;
            }
        }
        switch (shape)
        {
            case ResponseShape.Table:
                var table = context.Tables.Table(kind, items, QueryOptions.Text(http, "includeObject"), view: context.Request.View);
                table["metadata"] = metadata;
                return JsonResponse.WriteAsync(http, StatusCodes.Status200OK, table);
            case ResponseShape.PartialMetadata:
                return JsonResponse.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
                {
                    ["kind"] = "PartialObjectMetadataList",
                    ["apiVersion"] = "meta.k8s.io/v1",
                    ["metadata"] = metadata,
                    ["items"] = new JsonArray([.. items.Select(TableWriter.Partial)]),
                });
            default:
                return StreamAsync(context, metadata, items);
        }
    }

    /// <summary>The items' bytes go out as they lie in the cache: nothing is decoded, and the list is never in memory as one text.</summary>
    private static Task StreamAsync(ApiContext context, JsonObject metadata, IReadOnlyList<CachedObject> items)
    {
        var kind = context.Request.Served;
        var head = Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind.ListKind}\",\"apiVersion\":\"{kind.ApiVersion}\",\"metadata\":{metadata.ToJsonString()},\"items\":[");
        var bytes = head.Length + End.Length + Math.Max(0, items.Count - 1) + items.Sum(item => (long)context.Bytes(item).Length);
        return JsonResponse.WriteAsync(context.Http, Pieces(), bytes);

        IEnumerable<byte[]> Pieces()
        {
            yield return head;
            for (var i = 0; i < items.Count; i++)
            {
                if (i > 0)
                {
                    yield return Separator;
                }
                yield return context.Bytes(items[i]);
            }
            yield return End;
        }
    }

    /// <summary>The present, or the state that is asked for; a page's token asks for that of the first page.</summary>
    private static Snapshot Read(ObjectCache cache, Query query, long? exactly, ContinueToken? place)
    {
        if (exactly is null)
        {
            return cache.List(query);
        }
        try
        {
            return cache.ListAt(query, exactly.Value);
        }
        catch (StoreException problem) when (problem.Problem == StoreProblem.Compacted)
        {
            throw place is null
                ? ApiException.Expired($"The resourceVersion for the provided list is too old: {problem.Message}")
                : ApiException.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, "
                    + "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - "
                    + "objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
                    (place with { Revision = ContinueToken.Present }).ToString());
        }
    }

    private static (IReadOnlyList<CachedObject> Items, string? Next, long Remaining) Page(Snapshot snapshot, long? limit, ContinueToken? place)
    {
        var first = 0;
        if (place is not null)
        {
            while (first < snapshot.Items.Count && place.IsPast(snapshot.Items[first].Key))
            {
                first++;
            }
        }
        var rest = snapshot.Items.Count - first;
        if (limit is null or 0 || rest <= limit)
        {
            return (first == 0 ? snapshot.Items : [.. snapshot.Items.Skip(first)], null, 0);
        }
        var items = snapshot.Items.Skip(first).Take((int)limit).ToArray();
        return (items, new ContinueToken(snapshot.Revision, items[^1].Key.Namespace, items[^1].Key.Name).ToString(), rest - items.Length);
    }
}
