using System.Threading.Channels;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods;

/// <summary>
/// Takes away what runs of pods that this node does not have: a container whose making was answered to nobody, because the engine or the
/// connection broke off, shows only after its pod has left.
/// </summary>
internal sealed class OrphanSweep : IAsyncDisposable
{
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly RuntimeSet _runtimes;
    private readonly Func<string, bool> _isKnown;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;
    private int _disposed;

    /// <param name="isKnown">Whether the node has, or may yet get, the pod of this UID.</param>
    public OrphanSweep(RuntimeSet runtimes, Func<string, bool> isKnown, TimeProvider time, ILogger logger)
    {
        (_runtimes, _isKnown, _time, _logger) = (runtimes, isKnown, time, logger);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Looks at a pod that something was heard of.</summary>
    public void Look(string podUid)
    {
        if (!_isKnown(podUid))
        {
            _seen.Writer.TryWrite(podUid);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var uid in _seen.Reader.ReadAllAsync(_stop.Token))
        {
            for (var retry = new RetryDelay(); !_isKnown(uid);)
            {
                try
                {
                    await RemoveAsync(uid, _stop.Token);
                    break;
                }
                catch (Exception e) when (!_stop.IsCancellationRequested)
                {
                    Log.OrphanNotRemoved(_logger, uid, e.Message);
                    await retry.WaitAsync(_time, _stop.Token);
                }
            }
        }
    }

    private async Task RemoveAsync(string uid, CancellationToken cancellationToken)
    {
        foreach (var runtime in _runtimes.All)
        {
            if (await runtime.ListAsync(uid, cancellationToken) is { Count: > 0 })
            {
                await runtime.RemovePodAsync(uid, cancellationToken);
                Log.OrphanRemoved(_logger, uid);
            }
        }
    }
}
