using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Orchestrator.Controller.Hosting;

/// <summary>
/// Keeps a connection that we end open for as long as its client still sends: what is closed with bytes unread is reset, and a reset takes our
/// last answer, which says what was wrong with a request, away from a client that is still in the middle of it.
/// </summary>
internal sealed class LingeringClose(ConnectionDelegate next, TimeProvider time)
{
    /// <summary>So long without a byte: the client waits for us, or is not there.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    /// <summary>A client has so long, and so many bytes, to come to the end of its request.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private const long MostBytes = 64 << 20;

    public async Task RunAsync(ConnectionContext connection)
    {
        await next(connection).ConfigureAwait(false);
        // A server that stops has nothing to answer any more.
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stopping);
        try
        {
            await DrainAsync(connection, whole.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (IsGone(problem))
        {
            // Gone, or its time is over: there is nobody to wait for.
        }
    }

    /// <summary>Inside of TLS: says that there is no more to come, so that nobody who reads to the end waits for what lingers.</summary>
    public static async Task EndAsync(ConnectionDelegate next, ConnectionContext connection, TimeProvider time)
    {
        await next(connection).ConfigureAwait(false);
        try
        {
            await connection.Features.Get<ISslStreamFeature>()!.SslStream.ShutdownAsync().WaitAsync(Quiet, time).ConfigureAwait(false); // TLS always has it.
        }
        catch (Exception problem) when (IsGone(problem))
        {
            // Nobody is left to hear it, or nobody listens.
        }
    }

    private static bool IsGone(Exception problem) => problem is OperationCanceledException or IOException or InvalidOperationException or TimeoutException;

    private async Task DrainAsync(ConnectionContext connection, CancellationToken gone)
    {
        var began = time.GetTimestamp();
        for (var read = 0L; read < MostBytes && time.GetElapsedTime(began) < Longest;)
        {
            using var quiet = new CancellationTokenSource(Quiet, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, quiet.Token);
            var result = await connection.Transport.Input.ReadAsync(either.Token).ConfigureAwait(false);
            read += result.Buffer.Length;
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return;
            }
        }
    }
}
