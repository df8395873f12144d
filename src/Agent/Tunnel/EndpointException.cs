using System.Text;

namespace Orchestrator.Agent.Tunnel;

/// <summary>A request that cannot be answered: an HTTP status code and a sentence.</summary>
internal sealed class EndpointException(int code, string message) : Exception(message)
{
    /// <summary>Answers with what <paramref name="handler"/> refuses, in plain text.</summary>
    public static async Task GuardAsync(HttpContext context, Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (EndpointException refused) when (!context.Response.HasStarted)
        {
            await refused.WriteAsync(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // Whoever asked has gone.
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Message), context.RequestAborted);
    }
}
