using Docker.DotNet;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>A connection that the engine gave up to a process' streams.</summary>
internal sealed class DockerStreams(MultiplexedStream stream, IStreamTarget target) : IContainerStreams
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    private volatile bool _ended;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            // The engine's stream takes arrays only.
            var bytes = input.ToArray();
            await stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process has ended, or closed its input.
        }
    }

    public ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        try
        {
            stream.CloseWrite();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // As above.
        }
        return ValueTask.CompletedTask;
    }

    public async Task CopyOutputAsync(OutputSink sink, CancellationToken cancellationToken)
    {
        // The stream's own reads do not heed the token on every platform: closing it does.
        await using var close = cancellationToken.Register(stream.Dispose);
        var buffer = new byte[ChannelFrame.PayloadLimit];
        while (true)
        {
            var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
            if (read.Count == 0)
            {
                // A stream that is closed under a reader may end for it too: that says nothing of the process.
                _ended = !cancellationToken.IsCancellationRequested;
                return;
            }
            var channel = read.Target == MultiplexedStream.TargetStream.StandardError ? StreamChannel.ErrorOutput : StreamChannel.Output;
            await sink(channel, buffer.AsMemory(0, read.Count), cancellationToken);
        }
    }

    public async Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken)
    {
        try
        {
            await target.ResizeAsync(columns, rows, cancellationToken);
        }
        catch (DockerApiException)
        {
            // No terminal, or it has ended.
        }
    }

    public Task<int?> WaitAsync(CancellationToken cancellationToken) => target.ExitCodeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        var ended = _ended;
        stream.Dispose();
        if (ended)
        {
            return;
        }
        using var limit = new CancellationTokenSource(KillLimit, TimeProvider.System);
        try
        {
            await target.KillAsync(limit.Token);
        }
        catch (Exception e) when (e is DockerApiException || EngineConnection.IsUnavailable(e) || limit.IsCancellationRequested)
        {
            // The container is gone and the command with it, or the engine is, or does not answer: then nobody can.
        }
    }
}
