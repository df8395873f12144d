using System.Buffers;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Auditing;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving;

internal static class JsonResponse
{
    public const string MediaType = "application/json";

    /// <summary>Bodies from this size on are compressed for clients that take it. Source: Kubernetes documentation, "API Concepts", compressed responses.</summary>
    private const int CompressBytes = 128 * 1024;

    /// <summary>Bytes written before they are pushed to the client.</summary>
    private const int FlushBytes = 128 * 1024;

    public static Task WriteAsync(HttpContext context, int code, JsonNode tree) => WriteAsync(context, code, ModelJson.Encode(tree));

    public static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> body, string mediaType = MediaType)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = mediaType;
        if (AuditRecord.Of(context) is { WantsAnswered: true } record)
        {
            record.AnsweredBody = body.ToArray();
        }
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = body.Length;
        }
        else if (body.Length >= CompressBytes && TakesGzip(context))
        {
            await using var gzip = Compress(context);
            await gzip.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
        else
        {
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>A large body that is nowhere in one piece.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pieces">Its bytes, in order.</param>
    /// <param name="length">How many they are.</param>
    public static async Task WriteAsync(HttpContext context, IEnumerable<byte[]> pieces, long length)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = MediaType;
        pieces = HttpMethods.IsHead(context.Request.Method) ? [] : pieces;
        if (length >= CompressBytes && TakesGzip(context))
        {
            await using var gzip = Compress(context);
            await using var body = new BufferedStream(gzip, FlushBytes);
            foreach (var piece in pieces)
            {
                await body.WriteAsync(piece, context.RequestAborted).ConfigureAwait(false);
            }
            return;
        }
        context.Response.ContentLength = length;
        var (writer, waiting) = (context.Response.BodyWriter, 0);
        foreach (var piece in pieces)
        {
            writer.Write(piece);
            waiting += piece.Length;
            if (waiting >= FlushBytes)
            {
                await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                waiting = 0;
            }
        }
        await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static GZipStream Compress(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.Headers.Vary = "Accept-Encoding";
        return new(context.Response.BodyWriter.AsStream(leaveOpen: true), CompressionLevel.Fastest);
    }

    private static bool TakesGzip(HttpContext context) =>
        context.Request.Headers.AcceptEncoding.ToString().Split(',', StringSplitOptions.TrimEntries)
            .Any(encoding => encoding == "gzip" || (encoding.StartsWith("gzip;", StringComparison.Ordinal) && !encoding.EndsWith("q=0", StringComparison.Ordinal)));
}
