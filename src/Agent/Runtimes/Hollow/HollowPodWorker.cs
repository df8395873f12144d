using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>What the workers of all fake pods share.</summary>
/// <param name="Calls">How many of them may ask something of the API at once.</param>
internal sealed record HollowServices(IPodApi Api, SemaphoreSlim Calls, TimeProvider Time, ILogger Logger, CancellationToken Stopping);

/// <summary>
/// Shows at the API what a fake pod has come to: when it changes and when something of it is due. Between two such moments it is a timer, or not even that.
/// </summary>
internal sealed class HollowPodWorker(HollowPod pod, HollowNode node, HollowServices services)
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    // The status itself would be kept 30,000 times.
    private byte[] _published = [];
    private bool _running;
    private bool _again;
    private bool _gone;

    public V1Pod Pod => pod.Pod;

    public void Update(V1Pod newer)
    {
        lock (_lock)
        {
            pod.Update(newer);
            if (newer.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "False", Reason: Model.WellKnown.NodeNotReadyReason }) == true)
            {
                // The controller took the node for dead; what was shown last is not there any more.
                _published = [];
            }
        }
        Wake();
    }

    /// <summary>The object is gone from the API.</summary>
    public void Vanish()
    {
        lock (_lock)
        {
            _gone = true;
            _timer?.Dispose();
            pod.Vanish();
        }
        node.Remove(pod.Pod.Metadata.Uid);
    }

    public void Wake()
    {
        lock (_lock)
        {
            _again = true;
            if (_running || _gone)
            {
                return;
            }
            _running = true;
        }
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        for (var retry = new RetryDelay(); TakeStep() is { } next;)
        {
            try
            {
                await ShowAsync(next.Pod, next.Step);
                retry = new RetryDelay();
            }
            catch (OperationCanceledException) when (services.Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.PodNotShown(services.Logger, next.Pod.Metadata.NamespaceProperty, next.Pod.Metadata.Name, e.Message);
                lock (_lock)
                {
                    _again = true;
                }
                await retry.WaitAsync(services.Time, services.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>Null when there is nothing to do until the next wake.</returns>
    private (V1Pod Pod, HollowStep Step)? TakeStep()
    {
        lock (_lock)
        {
            if (_gone || !_again || services.Stopping.IsCancellationRequested)
            {
                _running = false;
                return null;
            }
            _again = false;
            var now = services.Time.GetUtcNow();
            var step = pod.Step(now);
            if (step.WakeAt is { } wakeAt)
            {
                _timer ??= services.Time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                // A timer counts whole milliseconds, and one that rings early would ring for nothing.
                _timer.Change(wakeAt > now ? wakeAt - now + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
            return (pod.Pod, step);
        }
    }

    private async Task ShowAsync(V1Pod shown, HollowStep step)
    {
        var patch = StatusPatch.Build(null, StatusPatch.Tree(step.Status), shown);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(patch.ToJsonString()));
        var isDeleted = step.Ended && shown.Metadata.DeletionTimestamp is not null;
        if (!isDeleted && digest.AsSpan().SequenceEqual(_published))
        {
            return;
        }
        await services.Calls.WaitAsync(services.Stopping);
        try
        {
            if (!digest.AsSpan().SequenceEqual(_published) && await services.Api.PatchStatusAsync(shown, patch, services.Stopping))
            {
                _published = digest;
            }
            if (isDeleted)
            {
                await services.Api.DeleteAsync(shown, services.Stopping);
            }
        }
        finally
        {
            services.Calls.Release();
        }
    }
}
