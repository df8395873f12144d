using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>A command with pipes.</summary>
internal sealed class PipeStreams : IContainerStreams
{
    private readonly System.Diagnostics.Process _process;

    public PipeStreams(System.Diagnostics.Process process, StreamsRequest request)
    {
        _process = process;
        if (!request.Input)
        {
            process.StandardInput.Close();
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            await _process.StandardInput.BaseStream.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The command has ended, or closed its input.
        }
    }

    public ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above.
        }
        return ValueTask.CompletedTask;
    }

    public Task CopyOutputAsync(OutputSink sink, CancellationToken cancellationToken) => Task.WhenAll(
        BlockingReader.CopyAsync(_process.StandardOutput.BaseStream, StreamChannel.Output, sink, cancellationToken),
        BlockingReader.CopyAsync(_process.StandardError.BaseStream, StreamChannel.ErrorOutput, sink, cancellationToken));

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<int?> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        ProcessEnd.Kill(_process);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
