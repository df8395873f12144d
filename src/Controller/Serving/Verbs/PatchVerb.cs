using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Security;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Verbs;

internal static class PatchVerb
{
    private const string Supported = "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml";

    public static async Task HandleAsync(ApiContext context)
    {
        var (http, request) = (context.Http, context.Request);
        var name = request.Name ?? throw ApiException.MethodNotAllowed();
        if (RequestType(http) == ApplyVerb.MediaType)
        {
            await ApplyVerb.HandleAsync(context).ConfigureAwait(false);
            return;
        }
        var options = QueryOptions.Write(context);
        if (QueryOptions.Text(http, "force") is { Length: > 0 })
        {
            var errors = new FieldErrors();
            errors.Forbidden("force", "may not be specified for non-apply patch");
            throw ApiException.InvalidOptions("PatchOptions", errors);
        }
        var duplicates = new List<string>();
        var apply = await ReadAsync(http, request.Kind is CustomResourceKind ? null : request.Served, duplicates).ConfigureAwait(false);
        var updated = await context.Api.UpdateAsync(request.Kind, request.Namespace, name, request.Subresource == "status",
            current =>
            {
                var before = (JsonObject)current.DeepClone();
                return context.Grantable(NodeRestriction.CheckUpdate(context.User, request.Kind, before, Patched(request, apply(request.View?.ToServed(current) ?? current), duplicates, options)));
            }, options, context.Aborted).ConfigureAwait(false);
        await GetVerb.WriteAsync(context, StatusCodes.Status200OK, updated).ConfigureAwait(false);
    }

    /// <summary>The patch as a function of the current object.</summary>
    public static async Task<Func<JsonObject, JsonNode?>> ReadAsync(HttpContext http, ResourceKind? kind, List<string> duplicates)
    {
        var type = RequestType(http);
        if (type is not ("application/json-patch+json" or "application/merge-patch+json" or "application/strategic-merge-patch+json"))
        {
            throw ApiException.UnsupportedMediaType(type, Supported);
        }
        var patch = JsonTree.Parse(await RequestBody.ReadAsync(http).ConfigureAwait(false), duplicates);
        switch (type)
        {
            case "application/json-patch+json":
                var operations = patch as JsonArray ?? throw ApiException.BadRequest("a JSON patch must be an array of operations");
                return current => JsonPatch.Apply(current, operations);
            case "application/merge-patch+json":
                var merge = patch as JsonObject ?? throw ApiException.BadRequest("a merge patch must be an object");
                return current => MergePatch.Apply(current, merge);
            default:
                var strategic = patch as JsonObject ?? throw ApiException.BadRequest("a strategic merge patch must be an object");
                return kind is null
                    ? throw ApiException.UnsupportedMediaType(type, "application/json-patch+json, application/merge-patch+json")
                    : current => StrategicMergePatch.Apply(current, strategic, kind.Schema);
        }
    }

    private static string RequestType(HttpContext http) => http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";

    private static JsonObject Patched(ApiRequest request, JsonNode? result, List<string> duplicates, WriteOptions options)
    {
        var tree = result as JsonObject ?? throw ApiException.BadRequest("the patched object is not a JSON object");
        AdmissionChain.CheckShape(request.Served, tree, duplicates, options);
        if ((string?)AdmissionChain.Metadata(tree)["name"] is var patched && patched != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({patched}) does not match the name on the URL ({request.Name})");
        }
        return request.View?.ToStored(tree, creating: false) ?? tree;
    }
}
