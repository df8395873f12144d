using System.Text.Json.Nodes;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary><c>pods/binding</c>: the way by which a scheduler, ours or another, gives a pod its node.</summary>
internal static class BindingResource
{
    public static async Task HandleAsync(ApiContext context)
    {
        var request = context.Request;
        if (request.Verb != "create")
        {
            throw ApiException.MethodNotAllowed();
        }
        var binding = JsonTree.ParseObject(await CreateVerb.ReadAsync(context.Http).ConfigureAwait(false));
        var node = JsonFields.Text(binding, "target.name");
        if (string.IsNullOrEmpty(node))
        {
            throw ApiException.BadRequest("target.name: Required value");
        }
        _ = context.Api.Get(Catalog.Find("", "v1", "nodes")!, null, node); // In the catalogue.
        await PodBinder.BindAsync(context.Api, request.Namespace!, request.Name!, JsonFields.Text(binding, "metadata.uid"), node, context.Aborted).ConfigureAwait(false); // A subresource's path has both.
        await JsonResponse.WriteAsync(context.Http, StatusCodes.Status201Created, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = StatusCodes.Status201Created,
        }).ConfigureAwait(false);
    }
}
