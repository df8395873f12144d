using System.Collections.Concurrent;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods;

/// <summary>The pods of this node and their workers. Told what the API has, it starts, informs and ends workers; it decides nothing about a pod itself.</summary>
internal sealed class PodTable : Daemons.INodePods, IPodSink, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PodWorker> _workers = [];
    private readonly RuntimeSet _runtimes;
    private readonly PodServices _services;
    private readonly PodLookups _lookups;
    private readonly OrphanSweep _orphans;
    private readonly Lock _making = new();
    private bool _closed;

    // Until the API has been heard, and while its word is being carried out, any pod may still be one of this node's.
    private volatile bool _settled;

    /// <param name="services">With the runtime of pods that choose none.</param>
    public PodTable(RuntimeSet runtimes, PodServices services)
    {
        (_runtimes, _services) = (runtimes, services);
        _lookups = new PodLookups(services.Api, services.Time, services.Logger, (pod, handler) =>
            Set(pod, new(pod.Spec.RuntimeClassName, handler, handler is null ? null : _runtimes.For(handler)), isKnown: false));
        _orphans = new OrphanSweep(runtimes, uid => !_settled || _workers.ContainsKey(uid) || _lookups.Contains(uid), services.Time, services.Logger);
        foreach (var runtime in runtimes.All)
        {
            runtime.PodChanged += OnRuntimeChange;
        }
    }

    public int Count => _workers.Count;

    public IEnumerable<V1Pod> Pods => _workers.Values.Select(worker => worker.Pod);

    /// <summary>Goes on with the pods that an earlier run of the agent had, before the API is asked.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        var present = await ListAsync(cancellationToken);
        foreach (var pod in _services.Checkpoints.Read())
        {
            if (Known(present, pod) is { } choice)
            {
                Set(pod, choice);
            }
            else
            {
                _services.Checkpoints.Remove(pod.Metadata.Uid);
            }
        }
    }

    /// <summary>The API has exactly these: the others are gone, and so must be what runs of them.</summary>
    public async Task ReplaceAsync(IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken)
    {
        _settled = false;
        var wanted = pods.Select(pod => pod.Metadata.Uid).ToHashSet();
        foreach (var (uid, worker) in _workers)
        {
            if (!wanted.Contains(uid))
            {
                Remove(worker.Pod);
            }
        }
        _lookups.KeepOnly(wanted);
        var observed = await ListAsync(cancellationToken);
        foreach (var (runtime, orphan) in observed.Where(pod => !wanted.Contains(pod.Pod.PodUid) && !_workers.ContainsKey(pod.Pod.PodUid)))
        {
            await runtime.RemovePodAsync(orphan.PodUid, cancellationToken);
        }
        string[] kept = [.. wanted, .. _workers.Keys];
        _services.Volumes.Folders.TearDownExcept(kept);
        foreach (var runtime in _runtimes.All)
        {
            runtime.Housekeeping?.KeepOnly(kept);
        }
        var known = observed.Select(pod => pod.Pod.PodUid).ToHashSet();
        // Those that have their place come first, so that they keep it; the rest in the order they were made.
        foreach (var pod in pods.OrderBy(pod => known.Contains(pod.Metadata.Uid) ? 0 : 1).ThenBy(pod => pod.Metadata.CreationTimestamp))
        {
            Set(pod, Known(observed, pod));
        }
        _settled = true;
        foreach (var (_, pod) in await ListAsync(cancellationToken))
        {
            _orphans.Look(pod.PodUid);
        }
    }

    public void Set(V1Pod pod) => Set(pod, null);

    public void Remove(V1Pod pod)
    {
        if (_lookups.Remove(pod))
        {
            return;
        }
        if (_workers.TryGetValue(pod.Metadata.Uid, out var worker))
        {
            worker.Vanish();
        }
    }

    /// <inheritdoc/>
    public bool IsOver(string podUid) => _workers.TryGetValue(podUid, out var worker) && !worker.IsAdmitted;

    /// <summary>Pods that hold a place here and do not end yet.</summary>
    public IReadOnlyList<V1Pod> Evictable => [.. _workers.Values.Where(worker => worker.IsEvictable).Select(worker => worker.Pod)];

    /// <summary>Ends a pod for the node's sake; what the API shows of it is Failed, with the reason Evicted.</summary>
    public void Evict(string podUid, string message, TimeSpan grace)
    {
        if (_workers.TryGetValue(podUid, out var worker))
        {
            worker.Evict(message, grace);
        }
    }

    public V1Pod? Find(string @namespace, string name) => _workers.Values.Select(worker => worker.Pod)
        .FirstOrDefault(pod => pod.Metadata.NamespaceProperty == @namespace && pod.Metadata.Name == name);

    /// <summary>Ends all pods of this node, each within its grace; their objects stay as they are. No pod is taken on after that.</summary>
    public async Task StopAllAsync(CancellationToken cancellationToken)
    {
        lock (_making)
        {
            _closed = true;
        }
        var stops = _workers.Values.Select(worker => worker.StopHereAsync(cancellationToken)).ToList();
        await Task.WhenAll(stops);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in _runtimes.All)
        {
            runtime.PodChanged -= OnRuntimeChange;
        }
        lock (_making)
        {
            _closed = true;
        }
        await _lookups.DisposeAsync();
        await _orphans.DisposeAsync();
        await Task.WhenAll(_workers.Values.Select(worker => worker.DisposeAsync().AsTask()));
    }

    private async Task<List<(IContainerRuntime Runtime, PodObservation Pod)>> ListAsync(CancellationToken cancellationToken)
    {
        List<(IContainerRuntime, PodObservation)> found = [];
        foreach (var runtime in _runtimes.All)
        {
            found.AddRange((await runtime.ListAsync(null, cancellationToken)).Select(pod => (runtime, pod)));
        }
        return found;
    }

    private void Set(V1Pod pod, RuntimeChoiceOfPod? known)
    {
        if (_workers.TryGetValue(pod.Metadata.Uid, out var worker))
        {
            worker.Update(pod);
        }
        else if (known is { } choice)
        {
            Set(pod, choice, isKnown: true);
        }
        else if (RuntimeSet.TryGetHandler(pod, out var handler))
        {
            Set(pod, new(handler, handler, _runtimes.For(handler)), isKnown: false);
        }
        else
        {
            _lookups.Set(pod);
        }
    }

    private void Set(V1Pod pod, RuntimeChoiceOfPod choice, bool isKnown)
    {
        var uid = pod.Metadata.Uid;
        if (_workers.TryGetValue(uid, out var worker))
        {
            worker.Update(pod);
            return;
        }
        if (choice is { ClassName: { Length: > 0 } name, Runtime: { } runtime })
        {
            _runtimes.Learn(name, runtime);
        }
        var rejection = EarlierRejection(pod)
            ?? (choice.Runtime is not null ? null : new PodRejection("RuntimeClassNotSupported", choice.Handler is null
                ? $"RuntimeClass \"{choice.ClassName}\" not found"
                : $"this node has no runtime \"{choice.Handler}\""))
            ?? (isKnown || pod.Status?.StartTime is not null ? null : Judge(pod));
        lock (_making)
        {
            if (_closed)
            {
                return;
            }
            worker = new PodWorker(pod, rejection, _services with { Runtime = choice.Runtime ?? _runtimes.Default, Handler = choice.Handler, IsRestored = isKnown });
            _workers[uid] = worker;
        }
        _ = ForgetAsync(uid, worker);
    }

    // What runs of it says which runtime it has, whatever became of its RuntimeClass.
    private static RuntimeChoiceOfPod? Known(IEnumerable<(IContainerRuntime Runtime, PodObservation Pod)> observed, V1Pod pod) =>
        observed.Where(found => found.Pod.PodUid == pod.Metadata.Uid)
            .Select(found => new RuntimeChoiceOfPod(pod.Spec.RuntimeClassName, found.Pod.Sandbox?.Handler, found.Runtime)).FirstOrDefault();

    // A pod that failed without ever having a container was turned down by an earlier run of the agent, and stays so.
    private static PodRejection? EarlierRejection(V1Pod pod) =>
        pod.Status is { Phase: PodPhase.Failed, Reason: { } reason, ContainerStatuses: not { Count: > 0 } } ? new(reason, pod.Status.Message ?? "") : null;

    private PodRejection? Judge(V1Pod pod) =>
        NodeAdmission.Judge(pod, [.. _workers.Values.Where(worker => worker.IsAdmitted).Select(worker => worker.Pod)], _services.Node.Allocatable);

    private async Task ForgetAsync(string uid, PodWorker worker)
    {
        await worker.Completed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (worker.Completed.IsCompletedSuccessfully)
        {
            _services.Checkpoints.Remove(uid);
            _workers.TryRemove(uid, out _);
            await worker.DisposeAsync();
            _orphans.Look(uid);
        }
    }

    private void OnRuntimeChange(string podUid)
    {
        if (_workers.TryGetValue(podUid, out var worker))
        {
            worker.Wake();
        }
        else
        {
            _orphans.Look(podUid);
        }
    }
}
