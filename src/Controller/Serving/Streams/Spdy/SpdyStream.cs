using System.IO.Pipelines;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>A stream that the client opened.</summary>
internal sealed class SpdyStream(SpdySession session, int id, IReadOnlyDictionary<string, string> headers)
{
    // SPDY has windows, but Kubernetes' clients keep to none. What one stream may hold before it holds up the others of its session:
    private const int BufferBytes = 1 << 20;

    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: BufferBytes, resumeWriterThreshold: BufferBytes / 2, useSynchronizationContext: false));
    private int _finished;

    public int Id => id;

    public IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>What the client sends. Completes when it has said that no more comes, with an IOException when the session or stream broke.</summary>
    public PipeReader Input => _input.Reader;

    public Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => session.WriteDataAsync(id, data, last: false, cancellationToken);

    /// <summary>No more comes from here.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _finished, 1) == 0)
        {
            await session.WriteDataAsync(id, default, last: true, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task ResetAsync(ResetReason reason, CancellationToken cancellationToken)
    {
        session.Forget(id);
        if (Interlocked.Exchange(ref _finished, 1) == 0)
        {
            await session.WriteResetAsync(id, reason, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Called by the session's reader alone.</summary>
    internal async ValueTask ReceiveAsync(ReadOnlyMemory<byte> data, bool last, CancellationToken cancellationToken)
    {
        if (data.Length > 0)
        {
            // Dropped when nobody reads any more.
            await _input.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        }
        if (last)
        {
            await _input.Writer.CompleteAsync().ConfigureAwait(false);
        }
    }

    internal void Break(string why) => _input.Writer.Complete(new IOException(why));
}
