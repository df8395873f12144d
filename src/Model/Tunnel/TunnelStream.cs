namespace Orchestrator.Model.Tunnel;

/// <summary>
/// One end of the tunnel between agent and controller: a WebSocket's stream with the manners of a socket's: its end is an end of reading, not an exception of its own kind, and it can be waited for.
/// </summary>
public sealed class TunnelStream(Stream inner) : FlowingStream
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Nothing more can come.</summary>
    public Task Ended => _ended.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = 0;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A connection that broke has ended: nothing was read.
        }
        if (read == 0 && buffer.Length > 0)
        {
            _ended.TrySetResult();
        }
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _ended.TrySetResult();
            throw new IOException("the tunnel is closed", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _ended.TrySetResult();
        }
        base.Dispose(disposing);
    }
}
