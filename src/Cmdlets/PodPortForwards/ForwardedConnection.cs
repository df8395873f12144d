using System.Text;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>One local connection and its way to the pod.</summary>
internal sealed class ForwardedConnection(Stream local, PodConnection pod)
{
    // Of one port: data, and the pod's side of errors. Each begins with the port's number.
    private const StreamChannel Data = StreamChannel.Input;
    private const StreamChannel Failure = StreamChannel.Output;
    private const int PortNumberBytes = 2;

    /// <summary>The protocol has no way to tell that one side has said all; an answer may still come, but not for ever.</summary>
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(30);

    /// <exception cref="ClusterException">The pod's side failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(over);
        try
        {
            await ReceiveAsync(over.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            // The local side has gone, or had nothing to say for long.
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var (data, failure) = (PortNumberBytes, PortNumberBytes);
        while (await pod.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.Channel == Data)
            {
                await local.WriteAsync(Skip(frame.Data, ref data), cancellationToken).ConfigureAwait(false);
            }
            else if (frame.Channel == Failure && Skip(frame.Data, ref failure) is { Length: > 0 } text)
            {
                throw ClusterException.Broken(Encoding.UTF8.GetString(text.Span));
            }
        }
    }

    private async Task SendAsync(CancellationTokenSource over)
    {
        var buffer = new byte[32 * 1024];
        while (await local.ReadAsync(buffer, over.Token).ConfigureAwait(false) is var read and > 0)
        {
            await pod.WriteAsync(Data, buffer.AsMemory(0, read), over.Token).ConfigureAwait(false);
        }

        over.CancelAfter(LastAnswer);
    }

    private static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> data, ref int left)
    {
        var skipped = Math.Min(left, data.Length);
        left -= skipped;
        return data[skipped..];
    }
}
