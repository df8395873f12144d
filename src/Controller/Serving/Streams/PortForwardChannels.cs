using System.Buffers.Binary;
using System.Text;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>
/// One connection to each of some ports over one WebSocket: of the n-th port, channel 2n has data and 2n+1 errors, and both begin with the
/// port's number (2 bytes, little-endian) from us.
/// </summary>
internal sealed class PortForwardChannels(WebSocketChannels client, PodAgent agent, IReadOnlyList<ushort> ports)
{
    public async Task RunAsync(CancellationToken ending, CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        // To give up reading from a WebSocket is to break it, so that comes last.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var streams = new AgentStream?[ports.Count];
        for (var index = 0; index < ports.Count; index++)
        {
            var number = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(number, ports[index]);
            await client.WriteAsync(Data(index), number, aborted).ConfigureAwait(false);
            await client.WriteAsync(Errors(index), number, aborted).ConfigureAwait(false);
        }
        var sending = Task.CompletedTask;
        try
        {
            for (var index = 0; index < ports.Count; index++)
            {
                streams[index] = await OpenAsync(index, over.Token).ConfigureAwait(false);
            }
            sending = SendAsync(streams, over, done.Token);
            await Task.WhenAll(streams.Select((stream, index) => ReceiveAsync(stream, index, over.Token, aborted))).ConfigureAwait(false);
            await client.FinishAsync(aborted).ConfigureAwait(false);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            foreach (var stream in streams)
            {
                stream?.Dispose();
            }
        }
    }

    private async Task<AgentStream?> OpenAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            return await agent.OpenAsync($"{agent.Path("portForward")}?port={ports[index]}", cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException refused)
        {
            await FailAsync(index, refused.Message, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ReceiveAsync(AgentStream? stream, int index, CancellationToken over, CancellationToken aborted)
    {
        if (stream is null)
        {
            return;
        }
        var buffer = new byte[ChannelFrame.PayloadLimit];
        try
        {
            while (await stream.ReadAsync(buffer, over).ConfigureAwait(false) is var read and > 0)
            {
                await client.WriteAsync(Data(index), buffer.AsMemory(0, read), over).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (agent.Tunnel.Closed.IsCancellationRequested && problem is HttpRequestException or IOException or OperationCanceledException)
        {
            await FailAsync(index, agent.Broken().Message, aborted).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(AgentStream?[] streams, CancellationTokenSource over, CancellationToken done)
    {
        try
        {
            while (await client.ReadAsync(done).ConfigureAwait(false) is { } frame)
            {
                var index = (int)frame.Channel / 2;
                if ((int)frame.Channel % 2 == 0 && index < streams.Length && streams[index] is { } stream)
                {
                    await WriteAsync(stream, frame.Payload, over.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // All is said, or the client does not keep to its protocol.
        }
        await over.CancelAsync().ConfigureAwait(false);
    }

    private static async Task WriteAsync(AgentStream stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // This connection has ended; the others go on.
        }
    }

    private async Task FailAsync(int index, string message, CancellationToken cancellationToken) =>
        await client.WriteAsync(
            Errors(index), Encoding.UTF8.GetBytes($"error forwarding port {ports[index]} to pod {agent.Pod.Metadata.Name}: {message}"), cancellationToken)
            .ConfigureAwait(false);

    private static StreamChannel Data(int index) => (StreamChannel)(byte)(2 * index);

    private static StreamChannel Errors(int index) => (StreamChannel)(byte)((2 * index) + 1);
}
