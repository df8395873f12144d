using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>Carries a command's streams between a client and an agent until either ends.</summary>
internal sealed class StreamBridge(IClientChannels client, AgentStream stream, PodAgent agent)
{
    private volatile bool _clientLeft;

    /// <param name="ending">Cancelled when the tunnel ends, the controller stops or the client's connection breaks.</param>
    /// <param name="aborted">Cancelled when the client's connection breaks.</param>
    public async Task RunAsync(CancellationToken ending, CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        // To give up reading from a WebSocket is to break it, so that comes last.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var input = SendAsync(over, done.Token);
        try
        {
            await ReceiveAsync(over.Token, aborted).ConfigureAwait(false);
            if (!_clientLeft)
            {
                await client.FinishAsync(aborted).ConfigureAwait(false);
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await done.CancelAsync().ConfigureAwait(false);
            await input.ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(CancellationToken over, CancellationToken aborted)
    {
        var reader = new ChannelFrameReader(stream);
        try
        {
            while (await reader.ReadAsync(over).ConfigureAwait(false) is { } frame)
            {
                await client.WriteAsync(frame.Channel, frame.Payload, over).ConfigureAwait(false);
                if (frame.Channel == StreamChannel.Status)
                {
                    return;
                }
            }
        }
        catch (Exception problem) when (!_clientLeft && !aborted.IsCancellationRequested
            && problem is HttpRequestException or IOException or OperationCanceledException)
        {
            // The tunnel broke, or we stop: the client is told below.
        }
        if (!_clientLeft)
        {
            await client.WriteAsync(StreamChannel.Status, Failure(agent.Broken().Message), aborted).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(CancellationTokenSource over, CancellationToken done)
    {
        using var writer = new ChannelFrameWriter(stream);
        try
        {
            while (await client.ReadAsync(done).ConfigureAwait(false) is { } frame)
            {
                await WriteAsync(writer, frame, over.Token).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or InvalidDataException or ObjectDisposedException)
        {
            // All is said, or the client does not keep to its protocol.
        }
        // Nobody is left to run the command for.
        _clientLeft = true;
        await over.CancelAsync().ConfigureAwait(false);
    }

    private static async Task WriteAsync(ChannelFrameWriter writer, ChannelFrame frame, CancellationToken over)
    {
        try
        {
            await writer.WriteAsync(frame.Channel, frame.Payload, over).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // The agent's side has ended, and tells how in the other direction; what the client still says leads nowhere.
        }
    }

    private static byte[] Failure(string message) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = message, ["reason"] = "InternalError", ["code"] = 500,
    }.ToJsonString());
}
