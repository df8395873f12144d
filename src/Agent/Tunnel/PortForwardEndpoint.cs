using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>POST /portForward/{namespace}/{pod}?port=N</c>: one connection to a port of the pod, its bytes as the bodies of request and answer.</summary>
internal sealed class PortForwardEndpoint(PodLookup lookup)
{
    public Task HandleAsync(HttpContext context, string @namespace, string pod) => EndpointException.GuardAsync(context, async () =>
    {
        if (!int.TryParse(context.Request.Query["port"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > ushort.MaxValue)
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, "port: expected a number from 1 to 65535");
        }
        var (found, runtime) = lookup.Pod(@namespace, pod);
        Stream connection;
        try
        {
            connection = await runtime.ConnectAsync(found.Metadata.Uid, port, context.RequestAborted);
        }
        catch (RuntimeException e)
        {
            throw new EndpointException(StatusCodes.Status502BadGateway, e.Message);
        }
        await using (connection)
        {
            await CopyAsync(context, connection);
        }
    });

    private static async Task CopyAsync(HttpContext context, Stream connection)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // Whoever asked waits for the answer's head, and there may be nothing to say for long.
        await context.Response.Body.FlushAsync(context.RequestAborted);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var input = SendAsync(context.Request.Body, connection, over.Token);
        try
        {
            // When the pod closes there is nobody left to talk to, whatever may still come the other way.
            await connection.CopyToAsync(context.Response.Body, over.Token);
            await context.Response.CompleteAsync();
        }
        catch (IOException)
        {
            // The pod's side broke off: so must the other, and not look like an end.
            context.Abort();
        }
        finally
        {
            await over.CancelAsync();
            await input;
        }
    }

    private static async Task SendAsync(Stream body, Stream connection, CancellationToken cancellationToken)
    {
        try
        {
            await body.CopyToAsync(connection, cancellationToken);
            // The client has no more to say, and may still listen.
            (connection as NetworkStream)?.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException || cancellationToken.IsCancellationRequested)
        {
            // The other direction tells how it ended.
        }
    }
}
