using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Tables;

internal enum ResponseShape
{
    Object,
    Table,
    PartialMetadata,
}

/// <summary>What the client accepts. Source: Kubernetes documentation, "API Concepts", receiving resources as tables and resource encoding.</summary>
internal static class ResponseFormat
{
    /// <exception cref="ApiException">NotAcceptable.</exception>
    public static ResponseShape Of(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return ResponseShape.Object;
        }
        foreach (var part in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pieces = part.Split(';', StringSplitOptions.TrimEntries);
            if (pieces[0] is not ("application/json" or "*/*" or "application/*"))
            {
                continue;
            }
            var shape = pieces.FirstOrDefault(piece => piece.StartsWith("as=", StringComparison.Ordinal)) switch
            {
                null => ResponseShape.Object,
                "as=Table" => ResponseShape.Table,
                "as=PartialObjectMetadata" or "as=PartialObjectMetadataList" => ResponseShape.PartialMetadata,
                _ => (ResponseShape?)null,
            };
            if (shape is not null && (shape == ResponseShape.Object || pieces.Contains("v=v1")))
            {
                return shape.Value;
            }
        }
        throw ApiException.NotAcceptable("application/json, application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
    }
}
