using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>GET /containerLogs/{namespace}/{pod}/{container}</c></summary>
internal sealed class LogsEndpoint(PodLookup lookup, TimeProvider time)
{
    private const int FlushBytes = 32 * 1024;

    public Task HandleAsync(HttpContext context, string @namespace, string pod, string container) => EndpointException.GuardAsync(context, async () =>
    {
        LogsRequest request;
        try
        {
            request = LogsRequest.Parse(context.Request.Query, time.GetUtcNow());
        }
        catch (FormatException e)
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, e.Message);
        }
        var (found, runtime) = lookup.Pod(@namespace, pod);
        var attempts = await PodLookup.AttemptsAsync(found, runtime, container, context.RequestAborted);
        if (attempts.ElementAtOrDefault(request.Previous ? 1 : 0) is not { } attempt)
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, request.Previous
                ? $"previous terminated container \"{container}\" in pod \"{pod}\" not found"
                : $"container \"{container}\" in pod \"{pod}\" is waiting to start: {PodLookup.Waiting(found, container)}");
        }
        await StreamAsync(context, runtime, attempt.Id, request);
    });

    private static async Task StreamAsync(HttpContext context, IContainerRuntime runtime, string containerId, LogsRequest request)
    {
        var response = context.Response;
        response.ContentType = "text/plain";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(context.RequestAborted);
        var left = request.LimitBytes ?? long.MaxValue;
        var unflushed = 0;
        await foreach (var chunk in runtime.ReadLogAsync(containerId, request.Query, context.RequestAborted))
        {
            left -= LogLine.Write(response.BodyWriter, chunk, request.Timestamps, left);
            unflushed += chunk.Text.Length;
            if (left <= 0)
            {
                break;
            }
            // Someone who follows sees each line as it comes; a long history goes out in larger pieces.
            if (unflushed > FlushBytes || request.Query.Follow)
            {
                await response.BodyWriter.FlushAsync(context.RequestAborted);
                unflushed = 0;
            }
        }
        await response.CompleteAsync();
    }
}
