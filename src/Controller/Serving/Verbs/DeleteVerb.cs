using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Verbs;

internal static class DeleteVerb
{
    public static async Task HandleAsync(ApiContext context)
    {
        var (request, kind) = (context.Request, context.Request.Kind);
        var options = await OptionsAsync(context.Http).ConfigureAwait(false);
        var (item, gone) = await context.Deletion.DeleteAsync(kind, request.Namespace, request.Name!, options, context.Aborted).ConfigureAwait(false); // Routed by its name.
        if (gone && kind.Kind != "Pod")
        {
            await JsonResponse.WriteAsync(context.Http, StatusCodes.Status200OK, StatusWriter.Deleted(kind, item.Key.Name, item.Encoded.Uid)).ConfigureAwait(false);
            return;
        }
        await GetVerb.WriteAsync(context, StatusCodes.Status200OK, item).ConfigureAwait(false);
    }

    /// <summary>Deletes everything that the selectors choose; answers with what was chosen.</summary>
    public static async Task HandleCollectionAsync(ApiContext context)
    {
        var (request, kind) = (context.Request, context.Request.Kind);
        if (kind.Namespaced && request.Namespace is null)
        {
            throw ApiException.MethodNotAllowed();
        }
        var options = await OptionsAsync(context.Http).ConfigureAwait(false);
        var snapshot = context.Api.Cache.List(QueryOptions.Selection(context.Http, request));
        var chosen = new List<CachedObject>();
        foreach (var item in snapshot.Items)
        {
            try
            {
                await context.Deletion.DeleteAsync(kind, request.Namespace, item.Key.Name, options, context.Aborted).ConfigureAwait(false);
                chosen.Add(item);
            }
            catch (ApiException problem) when (problem.Reason == StatusReason.NotFound)
            {
                // Somebody else was quicker: it is gone, which is what was asked for.
            }
        }
        await JsonResponse.WriteAsync(context.Http, StatusCodes.Status200OK, new JsonObject
        {
            ["kind"] = kind.ListKind,
            ["apiVersion"] = request.Served.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = snapshot.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            ["items"] = new JsonArray([.. chosen.Select(item => JsonTree.ParseObject(context.Bytes(item)))]),
        }).ConfigureAwait(false);
    }

    /// <summary>Options in the body (a DeleteOptions object) and in the query; the body's win.</summary>
    private static async Task<DeleteRequest> OptionsAsync(HttpContext http)
    {
        var bytes = await CreateVerb.ReadAsync(http).ConfigureAwait(false);
        return Options(bytes.Length == 0 ? [] : JsonTree.ParseObject(bytes), http);
    }

    public static DeleteRequest Options(JsonObject body, HttpContext http)
    {
        var propagation = JsonFields.Text(body, "propagationPolicy") ?? QueryOptions.Text(http, "propagationPolicy");
        var orphan = JsonFields.Flag(body, "orphanDependents") == true;
        return new()
        {
            GracePeriodSeconds = Grace(body["gracePeriodSeconds"]) ?? QueryOptions.Number(http, "gracePeriodSeconds"),
            Propagation = propagation switch
            {
                null or "" => orphan ? PropagationPolicy.Orphan : PropagationPolicy.Background,
                "Background" => PropagationPolicy.Background,
                "Foreground" => PropagationPolicy.Foreground,
                "Orphan" => PropagationPolicy.Orphan,
                _ => throw ApiException.BadRequest($"propagationPolicy: Unsupported value: \"{propagation}\": supported values: \"Background\", \"Foreground\", \"Orphan\""),
            },
            Uid = JsonFields.Text(body, "preconditions.uid"),
            ResourceVersion = JsonFields.Text(body, "preconditions.resourceVersion"),
            DryRun = JsonFields.List(body, "dryRun") is { } list
                ? list.Select(item => QueryOptions.DryRun(JsonFields.Text(item, "dryRun"))).ToArray().Any(dry => dry)
                : QueryOptions.DryRun(QueryOptions.Text(http, "dryRun")),
        };
    }

    private static long? Grace(JsonNode? node) => node is null ? null
        : node is JsonValue value && value.TryGetValue<long>(out var seconds) && seconds >= 0 ? seconds
        : throw ApiException.BadRequest($"gracePeriodSeconds: Invalid value: {node.ToJsonString()}: must be a number of at least 0");
}
