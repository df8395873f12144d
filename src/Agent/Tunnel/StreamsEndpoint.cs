using k8s.Models;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Tunnel;

/// <summary>
/// <c>POST /exec/{namespace}/{pod}/{container}?command=…</c> and <c>POST /attach/…</c>: frames of a <see cref="StreamChannel"/> each go both
/// ways until the command has ended, which the last frame, a Status, tells.
/// </summary>
internal sealed class StreamsEndpoint(PodLookup lookup, ILogger<StreamsEndpoint> logger)
{
    public Task HandleAsync(HttpContext context, string @namespace, string pod, string container, bool exec) =>
        EndpointException.GuardAsync(context, async () =>
        {
            var query = context.Request.Query;
            var request = new StreamsRequest(Flag(query, "stdin"), Flag(query, "stdout"), Flag(query, "stderr"), Flag(query, "tty"));
            var command = query["command"].OfType<string>().ToArray();
            var (found, runtime) = lookup.Pod(@namespace, pod);
            var id = await RunningAsync(found, runtime, container, context.RequestAborted);
            IContainerStreams streams;
            try
            {
                streams = exec
                    ? await runtime.OpenExecAsync(id, command, request, context.RequestAborted)
                    : await runtime.AttachAsync(id, request, context.RequestAborted);
            }
            catch (RuntimeException e)
            {
                throw new EndpointException(StatusCodes.Status400BadRequest, e.Message);
            }
            Log.StreamsOpened(logger, exec ? "exec" : "attach", @namespace, pod, container);
            await RunAsync(context, streams);
        });

    private static async Task<string> RunningAsync(V1Pod pod, IContainerRuntime runtime, string container, CancellationToken cancellationToken) =>
        (await PodLookup.AttemptsAsync(pod, runtime, container, cancellationToken)).FirstOrDefault() switch
        {
            { State: ContainerState.Running } running => running.Id,
            { } ended => throw new EndpointException(StatusCodes.Status400BadRequest,
                $"container \"{container}\" in pod \"{pod.Metadata.Name}\" does not run: it ended with exit code {ended.ExitCode}"),
            _ => throw new EndpointException(StatusCodes.Status400BadRequest,
                $"container \"{container}\" in pod \"{pod.Metadata.Name}\" does not run: {PodLookup.Waiting(pod, container)}"),
        };

    private static async Task RunAsync(HttpContext context, IContainerStreams streams)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // Whoever asked waits for the answer's head, and there may be nothing to say for long.
        await context.Response.Body.FlushAsync(context.RequestAborted);
        using var writer = new ChannelFrameWriter(context.Response.Body);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var input = TakeInputAsync(context.Request.Body, streams, over.Token);
        try
        {
            await streams.CopyOutputAsync(writer.WriteAsync, context.RequestAborted);
            var status = CommandStatus.Of(await streams.WaitAsync(context.RequestAborted));
            await writer.WriteAsync(StreamChannel.Status, status, context.RequestAborted);
            await context.Response.CompleteAsync();
        }
        finally
        {
            await over.CancelAsync();
            // First the command: a write into a full pipe ends with its reader.
            await streams.DisposeAsync();
            await input;
        }
    }

    private static async Task TakeInputAsync(Stream body, IContainerStreams streams, CancellationToken cancellationToken)
    {
        var reader = new ChannelFrameReader(body);
        try
        {
            while (await reader.ReadAsync(cancellationToken) is { } frame)
            {
                switch (frame.Channel)
                {
                    case StreamChannel.Input:
                        await streams.WriteAsync(frame.Payload, cancellationToken);
                        break;
                    case StreamChannel.Close when frame.Payload.Span is [(byte)StreamChannel.Input]:
                        await streams.CloseInputAsync(cancellationToken);
                        break;
                    case StreamChannel.Resize when TerminalSize.Parse(frame.Payload.Span) is { } size:
                        await streams.ResizeAsync(size.Width, size.Height, cancellationToken);
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidDataException || cancellationToken.IsCancellationRequested)
        {
            // The command ended before its input did, or whoever sent it has gone: the request's own end says which.
        }
    }

    private static bool Flag(IQueryCollection query, string name) => query[name] is [{ } text] && (text == "1" || (bool.TryParse(text, out var flag) && flag));
}
