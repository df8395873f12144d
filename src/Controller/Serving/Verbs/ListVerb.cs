using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>Lists, whole or in pages. A page's token carries where to go on; each page is read at the present.</summary>
internal static class ListVerb
{
    /// <summary>Bytes written before they are pushed to the client.</summary>
    private const int FlushBytes = 128 * 1024;

    public static Task HandleAsync(ApiContext context)
    {
        var (http, kind) = (context.Http, context.Request.Kind);
        var shape = ResponseFormat.Of(http);
        var snapshot = context.Api.Cache.List(QueryOptions.Selection(http, context.Request));
        CheckVersion(QueryOptions.Number(http, "resourceVersion"), QueryOptions.Text(http, "resourceVersionMatch"), snapshot.Revision);
        var (items, next, remaining) = Page(snapshot, QueryOptions.Number(http, "limit"), QueryOptions.Text(http, "continue"));
        var metadata = new JsonObject { ["resourceVersion"] = snapshot.Revision.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
        {
            metadata["continue"] = next;
            metadata["remainingItemCount"] = remaining;
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
    private static async Task StreamAsync(ApiContext context, JsonObject metadata, IReadOnlyList<CachedObject> items)
    {
        var (http, kind) = (context.Http, context.Request.Served);
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = JsonResponse.MediaType;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }
        var writer = http.Response.BodyWriter;
        writer.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind.ListKind}\",\"apiVersion\":\"{kind.ApiVersion}\",\"metadata\":{metadata.ToJsonString()},\"items\":["));
        var unflushed = 0;
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(","u8);
            }
            var bytes = context.Bytes(items[i]);
            writer.Write(bytes);
            unflushed += bytes.Length;
            if (unflushed > FlushBytes)
            {
                await writer.FlushAsync(http.RequestAborted).ConfigureAwait(false);
                unflushed = 0;
            }
        }
        writer.Write("]}\n"u8);
        await writer.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private static void CheckVersion(long? wanted, string? match, long present)
    {
        if (match is not (null or "" or "Exact" or "NotOlderThan"))
        {
            throw ApiException.BadRequest($"resourceVersionMatch: Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\"");
        }
        if (match is { Length: > 0 } && wanted is null or 0 && match != "NotOlderThan")
        {
            throw ApiException.BadRequest("resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (wanted > present)
        {
            throw ApiException.TooManyRequests($"Too large resource version: {wanted}, current: {present}", 1);
        }
        // Only the present is kept as a list: another state is refused, not replaced by a newer one without a word.
        if (match == "Exact" && wanted != present)
        {
            throw ApiException.Expired($"The provided resource version {wanted} is too old to list at exactly; the current one is {present}");
        }
    }

    private static (IReadOnlyList<CachedObject> Items, string? Next, long Remaining) Page(Snapshot snapshot, long? limit, string? token)
    {
        var first = 0;
        if (!string.IsNullOrEmpty(token))
        {
            var after = Decode(token);
            while (first < snapshot.Items.Count && Compare(snapshot.Items[first].Key, after) <= 0)
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
        return (items, Encode(items[^1].Key), rest - items.Length);
    }

    private static int Compare(ObjectKey key, (string Namespace, string Name) place) =>
        string.CompareOrdinal(key.Namespace, place.Namespace) is var order && order != 0 ? order : string.CompareOrdinal(key.Name, place.Name);

    private static string Encode(ObjectKey key) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonArray(key.Namespace, key.Name).ToJsonString())).Replace('+', '-').Replace('/', '_');

    private static (string Namespace, string Name) Decode(string token)
    {
        try
        {
            var parts = JsonSerializer.Deserialize<string[]>(Convert.FromBase64String(token.Replace('-', '+').Replace('_', '/')));
            return parts is [{ } ns, { } name] ? (ns, name) : throw ApiException.BadRequest("continue key is not valid");
        }
        catch (Exception problem) when (problem is FormatException or JsonException)
        {
            throw ApiException.BadRequest($"continue key is not valid: {problem.Message}");
        }
    }
}
