using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Attached to a process: its output goes to its log, so what it writes from now on is read there. It has no input.</summary>
internal sealed class LogStreams(ProcessRuntime runtime, string containerId) : IContainerStreams
{
    private static readonly LogQuery FromNow = new(Follow: true, Tail: 0, Since: null);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask CloseInputAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async Task CopyOutputAsync(OutputSink sink, CancellationToken cancellationToken)
    {
        await foreach (var chunk in runtime.ReadLogAsync(containerId, FromNow, cancellationToken))
        {
            await sink(StreamChannel.Output, chunk.Text, cancellationToken);
            if (chunk.EndsLine)
            {
                await sink(StreamChannel.Output, "\n"u8.ToArray(), cancellationToken);
            }
        }
    }

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int?> WaitAsync(CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
