using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Orchestrator.Controller.Serving.Streams.Spdy;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>Connections to a pod's ports over one SPDY session: the client opens a stream for errors and one for data for each of them.</summary>
internal sealed class PortForwardSession(SpdySession session, PodAgent agent)
{
    private readonly Dictionary<string, SpdyStream> _single = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var accepting = AcceptAsync(over.Token);
        try
        {
            await session.RunAsync(over.Token).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        List<Task> connections = [];
        await foreach (var stream in session.Accepted.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var type = stream.Headers.GetValueOrDefault("streamtype");
            if (type is not ("data" or "error") || Port(stream) is null)
            {
                await stream.ResetAsync(ResetReason.ProtocolError, cancellationToken).ConfigureAwait(false);
                continue;
            }
            // Clients that name no request open the error stream first and the data stream next to it.
            var id = stream.Headers.GetValueOrDefault("requestid") ?? (type == "error" ? stream.Id : stream.Id - 2).ToString(CultureInfo.InvariantCulture);
            if (!_single.Remove(id, out var other))
            {
                _single[id] = stream;
                continue;
            }
            connections.RemoveAll(connection => connection.IsCompleted);
            connections.Add(type == "data" ? ForwardAsync(stream, other, cancellationToken) : ForwardAsync(other, stream, cancellationToken));
        }
        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    private async Task ForwardAsync(SpdyStream data, SpdyStream error, CancellationToken cancellationToken)
    {
        try
        {
            await using var pod = await agent.OpenAsync($"{agent.Path("portForward")}?port={Port(data)}", cancellationToken).ConfigureAwait(false);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = SendAsync(data.Input, pod, over.Token);
            try
            {
                var buffer = new byte[32 * 1024];
                while (await pod.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
                {
                    await data.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                await over.CancelAsync().ConfigureAwait(false);
                await sending.ConfigureAwait(false);
                await data.Input.CompleteAsync().ConfigureAwait(false);
            }
            await data.FinishAsync(cancellationToken).ConfigureAwait(false);
            await error.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or IOException or HttpRequestException)
        {
            await FailAsync(data, error, (problem as ApiException ?? agent.Broken()).Message, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The session ends, and all its streams with it.
        }
    }

    private async Task FailAsync(SpdyStream data, SpdyStream error, string message, CancellationToken cancellationToken)
    {
        try
        {
            var text = $"error forwarding port {Port(data)} to pod {agent.Pod.Metadata.Name}: {message}";
            await error.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
            await error.FinishAsync(cancellationToken).ConfigureAwait(false);
            await data.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or System.Net.WebSockets.WebSocketException)
        {
            // The client has gone.
        }
    }

    private static async Task SendAsync(PipeReader from, AgentStream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
            to.CompleteWriting();
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction tells how it ended.
        }
    }

    private static ushort? Port(SpdyStream stream) =>
        ushort.TryParse(stream.Headers.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
