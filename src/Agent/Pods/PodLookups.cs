using k8s.Models;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Pods;

/// <summary>Pods whose RuntimeClass has to be read before they can have a worker. What happens to them meanwhile is kept: the newest counts.</summary>
/// <param name="found">Called once a pod that is still wanted, with the handler or null when there is no such RuntimeClass; under this object's lock.</param>
internal sealed class PodLookups(IPodApi api, TimeProvider time, ILogger logger, Action<V1Pod, string?> found) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, V1Pod> _waiting = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();

    public void Set(V1Pod pod)
    {
        lock (_lock)
        {
            var isNew = !_waiting.ContainsKey(pod.Metadata.Uid);
            _waiting[pod.Metadata.Uid] = pod;
            if (isNew && !_stop.IsCancellationRequested)
            {
                _running.RemoveWhere(task => task.IsCompleted);
                _running.Add(Task.Run(() => LookUpAsync(pod, _stop.Token)));
            }
        }
    }

    public bool Contains(string uid)
    {
        lock (_lock)
        {
            return _waiting.ContainsKey(uid);
        }
    }

    /// <returns>False when it does not wait here.</returns>
    public bool Remove(V1Pod pod)
    {
        lock (_lock)
        {
            return _waiting.Remove(pod.Metadata.Uid);
        }
    }

    public void KeepOnly(IReadOnlySet<string> uids)
    {
        lock (_lock)
        {
            foreach (var uid in _waiting.Keys.Where(uid => !uids.Contains(uid)).ToList())
            {
                _waiting.Remove(uid);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        List<Task> running;
        lock (_lock)
        {
            running = [.. _running];
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LookUpAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                var handler = await api.FindHandlerAsync(pod.Spec.RuntimeClassName, cancellationToken);
                lock (_lock)
                {
                    if (_waiting.Remove(pod.Metadata.Uid, out var newest) && !cancellationToken.IsCancellationRequested)
                    {
                        found(newest, handler);
                    }
                }
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.RuntimeClassNotRead(logger, pod.Spec.RuntimeClassName, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }
}
