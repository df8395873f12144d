using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>Carries a command's streams between a client and an agent until either ends.</summary>
internal static class StreamBridge
{
    /// <param name="ending">Cancelled when the tunnel ends or the controller stops.</param>
    /// <param name="aborted">Cancelled when the client's connection breaks.</param>
    public static async Task RunAsync(IClientChannels client, AgentStream stream, PodAgent agent, CancellationToken ending, CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending, aborted);
        var input = SendAsync(client, stream, over);
        try
        {
            if (!await ReceiveAsync(client, stream, agent, over.Token, aborted).ConfigureAwait(false))
            {
                return;
            }
            await client.FinishAsync(aborted).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await input.ConfigureAwait(false);
        }
    }

    /// <returns>False when the client has gone.</returns>
    private static async Task<bool> ReceiveAsync(
        IClientChannels client, AgentStream stream, PodAgent agent, CancellationToken over, CancellationToken aborted)
    {
        var reader = new ChannelFrameReader(stream);
        try
        {
            while (await reader.ReadAsync(over).ConfigureAwait(false) is { } frame)
            {
                await client.WriteAsync(frame.Channel, frame.Payload, over).ConfigureAwait(false);
                if (frame.Channel == StreamChannel.Status)
                {
                    return true;
                }
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException)
        {
            if (aborted.IsCancellationRequested || (over.IsCancellationRequested && !agent.Tunnel.Closed.IsCancellationRequested))
            {
                return false;
            }
        }
        await client.WriteAsync(StreamChannel.Status, Failure(agent.Broken().Message), aborted).ConfigureAwait(false);
        return true;
    }

    private static async Task SendAsync(IClientChannels client, AgentStream stream, CancellationTokenSource over)
    {
        using var writer = new ChannelFrameWriter(stream);
        try
        {
            while (await client.ReadAsync(over.Token).ConfigureAwait(false) is { } frame)
            {
                await writer.WriteAsync(frame.Channel, frame.Payload, over.Token).ConfigureAwait(false);
            }
            // Nobody is left to run the command for.
            await over.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
        {
            // The agent's side has ended, and tells how in the other direction; or the client does not keep to its protocol.
            if (problem is InvalidDataException)
            {
                await over.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private static byte[] Failure(string message) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = message, ["reason"] = "InternalError", ["code"] = 500,
    }.ToJsonString());
}
