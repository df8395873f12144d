using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// Reads what can only be read with a thread that waits, on a thread of its own: pipes and terminals of hundreds of quiet sessions must not
/// hold the threads that all else runs on.
/// </summary>
internal static class BlockingReader
{
    /// <summary>Completes at the end of the stream. Cancelling ends it at the next piece; the end of the process ends the stream.</summary>
    public static Task CopyAsync(Stream stream, StreamChannel channel, OutputSink sink, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Copy(stream, channel, sink, done, cancellationToken), 256 * 1024) { IsBackground = true, Name = "output" }.Start();
        return done.Task.WaitAsync(cancellationToken);
    }

    private static void Copy(Stream stream, StreamChannel channel, OutputSink sink, TaskCompletionSource done, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (Read(stream, buffer) is var read and > 0)
            {
                var taken = sink(channel, buffer.AsMemory(0, read), cancellationToken);
                if (!taken.IsCompletedSuccessfully)
                {
                    taken.AsTask().GetAwaiter().GetResult();
                }
            }
            done.SetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever took the output has gone.
            done.TrySetException(e);
        }
    }

    private static int Read(Stream stream, byte[] buffer)
    {
        try
        {
            return stream.Read(buffer, 0, buffer.Length);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A terminal's way to say that its last user has left; or it was closed under us.
            return 0;
        }
    }
}
