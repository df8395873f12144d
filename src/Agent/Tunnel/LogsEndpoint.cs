using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>GET /containerLogs/{namespace}/{pod}/{container}</c></summary>
internal sealed class LogsEndpoint(PodTable pods, RuntimeSet runtimes, TimeProvider time)
{
    private const int FlushBytes = 32 * 1024;

    public async Task HandleAsync(HttpContext context, string @namespace, string pod, string container)
    {
        LogsRequest request;
        try
        {
            request = LogsRequest.Parse(context.Request.Query, time.GetUtcNow());
        }
        catch (FormatException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
            return;
        }
        if (pods.Find(@namespace, pod) is not { } found)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"pod \"{@namespace}/{pod}\" is not on this node");
            return;
        }
        if (!found.Spec.Containers.Concat(found.Spec.InitContainers ?? []).Any(spec => spec.Name == container))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"container {container} is not valid for pod {pod}");
            return;
        }
        var runtime = runtimes.For(found) ?? runtimes.Default;
        var attempts = (await runtime.ListAsync(found.Metadata.Uid, context.RequestAborted)).SelectMany(observed => observed.Containers)
            .Where(observed => observed.Name == container && observed.State != ContainerState.Created)
            .OrderByDescending(observed => observed.Attempt).ToList();
        if (attempts.ElementAtOrDefault(request.Previous ? 1 : 0) is not { } attempt)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, request.Previous
                ? $"previous terminated container \"{container}\" in pod \"{pod}\" not found"
                : $"container \"{container}\" in pod \"{pod}\" is waiting to start: {Waiting(found, container)}");
            return;
        }
        await StreamAsync(context, runtime, attempt.Id, request);
    }

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

    private static string Waiting(k8s.Models.V1Pod pod, string container) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
            .FirstOrDefault(status => status.Name == container)?.State?.Waiting?.Reason ?? "ContainerCreating";

    private static async Task RefuseAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(message), context.RequestAborted);
    }
}
