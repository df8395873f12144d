using System.Runtime.Versioning;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>A command on a terminal.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TerminalStreams(System.Diagnostics.Process process, PseudoTerminal terminal) : IContainerStreams
{
    private const byte EndOfTransmission = 4;

    public static TerminalStreams Start(ProcessExec exec)
    {
        var terminal = PseudoTerminal.Open();
        try
        {
            return new(exec.StartOn(terminal.Device), terminal);
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await terminal.Stream.WriteAsync(input, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The command has ended.
        }
    }

    // A terminal has no end of input but the key for it.
    public ValueTask CloseInputAsync(CancellationToken cancellationToken) => WriteAsync(new[] { EndOfTransmission }, cancellationToken);

    public Task CopyOutputAsync(OutputSink sink, CancellationToken cancellationToken) =>
        BlockingReader.CopyAsync(terminal.Stream, StreamChannel.Output, sink, cancellationToken);

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken)
    {
        terminal.Resize(columns, rows);
        return Task.CompletedTask;
    }

    public async Task<int?> WaitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        ProcessEnd.Kill(process);
        process.Dispose();
        terminal.Dispose();
        return ValueTask.CompletedTask;
    }
}
