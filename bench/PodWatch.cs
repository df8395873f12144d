using System.Collections.Concurrent;
using System.Diagnostics;
using k8s;
using k8s.Models;

namespace Orchestrator.Bench;

/// <summary>What a watch of all pods sees, and when.</summary>
internal sealed class PodWatch : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, V1Pod> _pods = [];
    private readonly List<(Func<IReadOnlyDictionary<string, V1Pod>, bool> Wanted, TaskCompletionSource<long> Seen)> _waits = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _watching;

    public PodWatch(Kubernetes client) => _watching = Task.Run(() => WatchAsync(client));

    /// <returns>When the watch had seen it, as a <see cref="Stopwatch"/> has it.</returns>
    public Task<long> SeesAsync(Func<IReadOnlyDictionary<string, V1Pod>, bool> wanted)
    {
        lock (_lock)
        {
            if (wanted(_pods))
            {
                return Task.FromResult(Stopwatch.GetTimestamp());
            }
            var seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((wanted, seen));
            return seen.Task.WaitAsync(TimeSpan.FromMinutes(3));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(Kubernetes client)
    {
        await foreach (var (type, pod) in client.CoreV1.WatchListNamespacedPodAsync("default", cancellationToken: _stop.Token))
        {
            lock (_lock)
            {
                if (type == WatchEventType.Deleted)
                {
                    _pods.TryRemove(pod.Metadata.Name, out _);
                }
                else if (type is WatchEventType.Added or WatchEventType.Modified)
                {
                    _pods[pod.Metadata.Name] = pod;
                }
                foreach (var wait in _waits.Where(wait => wait.Wanted(_pods)).ToList())
                {
                    _waits.Remove(wait);
                    wait.Seen.TrySetResult(Stopwatch.GetTimestamp());
                }
            }
        }
    }
}
