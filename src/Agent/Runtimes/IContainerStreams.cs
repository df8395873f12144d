using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Runtimes;

/// <summary>
/// The open streams of a command that runs in a container, or of the container's own first process. Disposing lets go of them; a command
/// that was started for them and still runs is killed.
/// </summary>
internal interface IContainerStreams : IAsyncDisposable
{
    /// <summary>Input for the process. What nobody reads any more is dropped.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

    /// <summary>No more input: the process sees the end of its standard input.</summary>
    ValueTask CloseInputAsync(CancellationToken cancellationToken);

    /// <summary>Gives all output, as <see cref="StreamChannel.Output"/> or <see cref="StreamChannel.ErrorOutput"/>, until there is no more.</summary>
    Task CopyOutputAsync(OutputSink sink, CancellationToken cancellationToken);

    /// <summary>Tells the terminal's new size, in characters; without a terminal it means nothing.</summary>
    Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken);

    /// <summary>The command's exit code once its output has ended; null when nothing was started that could have one.</summary>
    Task<int?> WaitAsync(CancellationToken cancellationToken);
}

/// <summary>Takes output; the bytes are good until it returns. May be called from two threads at once, one a channel.</summary>
internal delegate ValueTask OutputSink(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

/// <param name="Input">Whether there is input: without, the command's standard input is empty.</param>
/// <param name="Terminal">A terminal in place of pipes; its output is all one stream.</param>
internal sealed record StreamsRequest(bool Input, bool Output, bool ErrorOutput, bool Terminal);
