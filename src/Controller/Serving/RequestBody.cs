using System.Buffers;
using System.IO.Pipelines;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving;

/// <summary>Reads a request's body, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Source: Kubernetes' limit for a request's body.</summary>
    public const long LimitBytes = 3 * 1024 * 1024;

    /// <exception cref="ApiException">TooLarge, or BadRequest when the client stopped in the middle.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LimitBytes)
        {
            throw ApiException.TooLarge(LimitBytes);
        }
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
                if (result.Buffer.Length > LimitBytes)
                {
                    throw ApiException.TooLarge(LimitBytes);
                }
                if (result.IsCompleted)
                {
                    var body = result.Buffer.ToArray();
                    reader.AdvanceTo(result.Buffer.End);
                    return body;
                }
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (BadHttpRequestException problem)
        {
            throw problem.StatusCode == StatusCodes.Status413PayloadTooLarge ? ApiException.TooLarge(LimitBytes) : ApiException.BadRequest(problem.Message);
        }
    }
}
