using System.Text.Json.Nodes;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving;

internal static class JsonResponse
{
    public const string MediaType = "application/json";

    public static Task WriteAsync(HttpContext context, int code, JsonNode tree) => WriteAsync(context, code, ModelJson.Encode(tree));

    public static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
