using System.Text.Json.Nodes;
using Orchestrator.Controller.Kinds.PodDisruptionBudgets;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary><c>pods/eviction</c>: a deletion that asks the pod's disruption budget first.</summary>
internal static class EvictionResource
{
    public static async Task HandleAsync(ApiContext context)
    {
        var request = context.Request;
        if (request.Verb != "create")
        {
            throw ApiException.MethodNotAllowed();
        }
        var eviction = JsonTree.ParseObject(await CreateVerb.ReadAsync(context.Http).ConfigureAwait(false));
        if (JsonFields.Text(eviction, "metadata.name") is { Length: > 0 } name && name != request.Name)
        {
            throw ApiException.BadRequest("name in URL does not match name in Eviction object");
        }
        var options = DeleteVerb.Options(JsonFields.Object(eviction, "deleteOptions") ?? [], context.Http);
        await Evictor.EvictAsync(context.Api, context.Deletion, request.Namespace!, request.Name!, options, context.Aborted).ConfigureAwait(false); // A subresource's path has both.
        await JsonResponse.WriteAsync(context.Http, StatusCodes.Status201Created, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = StatusCodes.Status201Created,
        }).ConfigureAwait(false);
    }
}
