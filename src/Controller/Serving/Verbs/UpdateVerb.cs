using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Security;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Verbs;

internal static class UpdateVerb
{
    public static async Task HandleAsync(ApiContext context)
    {
        var (http, request) = (context.Http, context.Request);
        var name = request.Name ?? throw ApiException.MethodNotAllowed();
        var options = QueryOptions.Write(context);
        var duplicates = new List<string>();
        var tree = JsonTree.ParseObject(await CreateVerb.ReadAsync(http).ConfigureAwait(false), duplicates);
        AdmissionChain.CheckShape(request.Served, tree, duplicates, options);
        tree = request.View?.ToStored(tree, creating: false) ?? tree;
        if (AdmissionChain.Metadata(tree)["name"]?.GetValue<string>() is { Length: > 0 } given && given != name)
        {
            throw ApiException.BadRequest($"the name of the object ({given}) does not match the name on the URL ({name})");
        }
        var updated = await context.Api.UpdateAsync(request.Kind, request.Namespace, name, request.Subresource == "status",
            current => context.Grantable(NodeRestriction.CheckUpdate(context.User, request.Kind, current, (JsonObject)tree.DeepClone())), options, context.Aborted).ConfigureAwait(false);
        await GetVerb.WriteAsync(context, StatusCodes.Status200OK, updated).ConfigureAwait(false);
    }
}
