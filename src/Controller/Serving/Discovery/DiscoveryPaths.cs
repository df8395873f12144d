using System.Text.Json.Nodes;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Serving.OpenApi;

namespace Orchestrator.Controller.Serving.Discovery;

/// <summary>The paths under which clients find out what is served.</summary>
internal sealed class DiscoveryPaths(ServedKinds kinds)
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            return false;
        }
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var documents = new DiscoveryDocuments(kinds.Served);
        if (parts is ["openapi", "v3", .. var document] && document.Length > 0)
        {
            return OpenApiDocuments.Document(kinds, string.Join('/', document)) is { } bytes && await WriteAsync(http, bytes).ConfigureAwait(false);
        }
        if (parts is ["openapi", "v2"])
        {
            var all = OpenApiDocuments.Version2(kinds);
            await (OpenApiProtobuf.IsWanted(http.Request.Headers.Accept.ToString())
                ? JsonResponse.WriteAsync(http, StatusCodes.Status200OK, OpenApiProtobuf.Encode(all), OpenApiProtobuf.MediaType)
                : JsonResponse.WriteAsync(http, StatusCodes.Status200OK, all)).ConfigureAwait(false);
            return true;
        }
        if (parts is ["api"] or ["apis"] && WantsAggregated(http))
        {
            http.Response.ContentType = AggregatedType;
            var body = Model.Json.ModelJson.Encode(documents.Aggregated(core: parts[0] == "api"));
            http.Response.ContentLength = body.Length;
            await http.Response.BodyWriter.WriteAsync(body).ConfigureAwait(false);
            return true;
        }
        JsonObject? tree = parts switch
        {
            ["api"] => DiscoveryDocuments.CoreVersions(),
            ["apis"] => documents.Groups(),
            ["api", var version] => documents.Resources("", version),
            ["apis", var group] => documents.FindGroup(group),
            ["apis", var group, var version] => documents.Resources(group, version),
            ["openapi", "v3"] => OpenApiDocuments.Index(kinds),
            _ => null,
        };
        return tree is not null && await WriteAsync(http, Model.Json.ModelJson.Encode(tree)).ConfigureAwait(false);
    }

    private static async Task<bool> WriteAsync(HttpContext http, byte[] body)
    {
        await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, body).ConfigureAwait(false);
        return true;
    }

    private static bool WantsAggregated(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Split(',').Any(type =>
            type.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal) && type.Contains("v=v2", StringComparison.Ordinal)
            && !type.Contains("v=v2beta1", StringComparison.Ordinal));
}
