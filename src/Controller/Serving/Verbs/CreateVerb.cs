using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.CertificateSigningRequests;
using Orchestrator.Controller.Security;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Wire;

namespace Orchestrator.Controller.Serving.Verbs;

internal static class CreateVerb
{
    public static async Task HandleAsync(ApiContext context)
    {
        var (http, kind) = (context.Http, context.Request.Kind);
        if (context.Request.Name is not null || (kind.Namespaced && context.Request.Namespace is null))
        {
            throw ApiException.MethodNotAllowed();
        }
        var options = QueryOptions.Write(context);
        var duplicates = new List<string>();
        var tree = JsonTree.ParseObject(await ReadAsync(http).ConfigureAwait(false), duplicates);
        AdmissionChain.CheckShape(context.Request.Served, tree, duplicates, options);
        tree = context.Request.View?.ToStored(tree, creating: true) ?? tree;
        options = options with { KeepUid = NodeRestriction.CheckCreate(context.Api.Cache, context.User, kind, context.Request.Namespace, tree) };
        SigningRequester.Stamp(kind, tree, context.User);
        var created = await context.Api.CreateAsync(kind, context.Request.Namespace, context.Grantable(tree), options, context.Aborted).ConfigureAwait(false);
        await GetVerb.WriteAsync(context, StatusCodes.Status201Created, created).ConfigureAwait(false);
    }

    /// <summary>The body as JSON; YAML and protobuf are turned into it.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext http)
    {
        var type = http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            null or "" or "application/json" or "*/*" => await RequestBody.ReadAsync(http).ConfigureAwait(false),
            "application/yaml" => YamlBody.ToJson(await RequestBody.ReadAsync(http).ConfigureAwait(false)),
            ProtobufBody.MediaType => ModelJson.Encode(ProtobufBody.ToTree(await RequestBody.ReadAsync(http).ConfigureAwait(false))),
            _ => throw ApiException.UnsupportedMediaType(type, $"application/json, application/yaml, {ProtobufBody.MediaType}"),
        };
    }
}
