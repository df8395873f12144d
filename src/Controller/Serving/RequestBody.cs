using System.Buffers;
using System.IO.Pipelines;
using Orchestrator.Controller.Serving.Auditing;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving;

/// <summary>Reads a request's body, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Source: Kubernetes' limit for a request's body.</summary>
    public const long LimitBytes = 3 * 1024 * 1024;

    /// <summary>
    /// A body past the limit is read to its end and thrown away, so that its sender sees the answer and not a broken connection; past this
    /// one the connection is cut.
    /// </summary>
    public const long CutOffBytes = 16 * LimitBytes;

    /// <exception cref="ApiException">TooLarge, or BadRequest when the client stopped in the middle.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var tooLarge = context.Request.ContentLength > LimitBytes;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
                tooLarge |= result.Buffer.Length > LimitBytes;
                if (result.IsCompleted)
                {
                    var body = tooLarge ? [] : result.Buffer.ToArray();
                    reader.AdvanceTo(result.Buffer.End);
                    if (AuditRecord.Of(context) is { } record && record.WantsSent(context))
                    {
                        record.SentBody = body;
                    }
                    return tooLarge ? throw ApiException.TooLarge(LimitBytes) : body;
                }
                reader.AdvanceTo(tooLarge ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (BadHttpRequestException problem)
        {
            throw problem.StatusCode == StatusCodes.Status413PayloadTooLarge ? ApiException.TooLarge(LimitBytes) : ApiException.BadRequest(problem.Message);
        }
    }
}
