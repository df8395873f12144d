using System.Threading.Channels;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Controller.Kinds.PodDisruptionBudgets;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Scheduling.Volumes;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// Gives pods their nodes. One loop takes in the changes, keeps its picture of the cluster, and decides; what is decided is written beside it.
/// docs/scheduling.md tells how.
/// </summary>
internal sealed class Scheduler : BackgroundService
{
    public const string Name = "default-scheduler";

    private const int ChangesWaiting = 4096;
    private const int DecisionsAtOnce = 64;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly Channel<Action> _inbox = Channel.CreateBounded<Action>(new BoundedChannelOptions(ChangesWaiting) { SingleReader = true });
    private readonly ObjectApi _api;
    private readonly ILogger _log;
    private readonly Engine _engine;
    private readonly PodClasses _classes = new();
    private readonly PendingPods _pending = new();
    private readonly SteadyClock _clock;
    private readonly Binder _binder;
    private readonly VolumeReader _volumes;
    private readonly PreparedPods _prepared = new();
    private readonly Dictionary<string, string> _fingerprints = new(StringComparer.Ordinal);

    public Scheduler(ObjectApi api, Deletion deletion, EventRecorder events, VolumeReader volumes, ControllerOptions options, ILogger<Scheduler> log)
    {
        (_api, _log, _volumes) = (api, log, volumes);
        _clock = new SteadyClock(api.Time);
        _engine = new Engine(
            options.Scheduling,
            name => api.Find<V1RuntimeClass>(null, name),
            name => api.Cache.Get(new("namespaces", "", name))?.Encoded.Labels,
            volumes);
        _binder = new Binder(api, deletion, events, log);
    }

    /// <summary>Where a pod that does not exist would go now, and why not elsewhere.</summary>
    public async Task<PlacementReview> ReviewAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PlacementReview>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _inbox.Writer.WriteAsync(() =>
        {
            try
            {
                answer.TrySetResult(PlacementReview.Of(_engine, pod, Budgets));
            }
            catch (FormatException problem)
            {
                answer.TrySetException(ApiException.BadRequest(problem.Message));
            }
        }, cancellationToken).ConfigureAwait(false);
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _binder.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        FollowAsync("namespaces", _ => ApplyNamespace(), stoppingToken), FollowAsync("runtimeclasses.node.k8s.io", _ => ApplyRuntimeClass(), stoppingToken),
        FollowAsync("persistentvolumes", _ => ApplyVolume(), stoppingToken), FollowAsync("storageclasses.storage.k8s.io", _ => ApplyVolume(), stoppingToken),
        FollowAsync("persistentvolumeclaims", ApplyClaim, stoppingToken),
        FollowAsync("nodes", ApplyNode, stoppingToken), FollowAsync("pods", ApplyPod, stoppingToken), DecideAsync(stoppingToken));

    private async Task FollowAsync(string resource, Action<CachedEvent> apply, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var snapshot = _api.Cache.List(new(resource));
                foreach (var item in snapshot.Items)
                {
                    await _inbox.Writer.WriteAsync(() => apply(new(ChangeType.Added, item, null)), stopping).ConfigureAwait(false);
                }
                var feed = _api.Cache.Follow(resource, snapshot.Revision);
                try
                {
                    while (true)
                    {
                        foreach (var change in await feed.NextAsync(_api.Time, Idle, stopping).ConfigureAwait(false))
                        {
                            await _inbox.Writer.WriteAsync(() => apply(change), stopping).ConfigureAwait(false);
                        }
                    }
                }
                catch (StoreException problem) when (problem.Problem == StoreProblem.Compacted)
                {
                    _log.StartingOver(resource);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task DecideAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                while (_inbox.Reader.TryRead(out var apply))
                {
                    apply();
                }
                var due = _pending.Release(_clock.Now);
                var decided = 0;
                while (decided < DecisionsAtOnce && _prepared.TakeReady() is { } ready)
                {
                    await _binder.BindAsync(ready, ready.NodeName, () => Enqueue(() => Undo(ready)), stopping).ConfigureAwait(false);
                    decided++;
                }
                while (decided < DecisionsAtOnce && _pending.Take() is { } pod)
                {
                    await DecideAsync(pod, stopping).ConfigureAwait(false);
                    decided++;
                }
                if (decided == 0)
                {
                    await WaitAsync(due, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task WaitAsync(DateTimeOffset? due, CancellationToken stopping)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var change = _inbox.Reader.WaitToReadAsync(pause.Token).AsTask();
        if (due is not { } time)
        {
            await change.ConfigureAwait(false);
            return;
        }
        var wait = time - _clock.Now;
        await Task.WhenAny(change, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _api.Time, pause.Token)).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
    }

    private void ApplyNamespace()
    {
        _engine.State.RecountNamespaces(_classes.All);
        _pending.Wake(waiting => waiting.IsConstrained);
    }

    private void ApplyRuntimeClass()
    {
        _engine.State.Invalidate();
        _pending.Wake(waiting => !string.IsNullOrEmpty(waiting.Spec.RuntimeClassName));
    }

    private void ApplyVolume()
    {
        _engine.State.InvalidateClaims();
        _pending.Wake(waiting => waiting.Claims.Length > 0);
    }

    private void ApplyClaim(CachedEvent change)
    {
        var key = change.Object.Key;
        _engine.State.InvalidateClaims();
        _pending.Wake(waiting => waiting.Namespace == key.Namespace && waiting.Claims.Any(claim => claim.Name == key.Name));
        foreach (var (pod, isSelected) in _prepared.Using(key.Namespace, key.Name))
        {
            Prepare(pod, isSelected);
        }
    }

    private void Prepare(PodInfo pod, bool isSelected)
    {
        switch (ClaimSelection.Judge(_volumes, pod, isSelected))
        {
            case ClaimState.Bound:
                _prepared.Finish(pod);
                break;
            case ClaimState.Refused:
                // The node cannot have its volumes: another is looked for.
                Undo(pod);
                break;
        }
    }

    private void Selected(PodInfo pod)
    {
        _prepared.MarkSelected(pod);
        // What became of its claims since was not judged yet.
        if (_prepared.Find(pod.Key) is { IsSelected: true } waiting)
        {
            Prepare(waiting.Pod, true);
        }
    }

    private void ApplyNode(CachedEvent change)
    {
        var name = change.Object.Key.Name;
        var node = change.Type == ChangeType.Deleted ? null : change.Object.Decode<V1Node>();
        var fingerprint = NodeFingerprint.Of(node);
        if (_fingerprints.GetValueOrDefault(name, "") == fingerprint)
        {
            return;
        }
        if (node is null)
        {
            _fingerprints.Remove(name);
        }
        else
        {
            _fingerprints[name] = fingerprint;
        }
        _engine.State.SetNode(name, node);
        foreach (var pod in node is null ? _prepared.On(name) : [])
        {
            Undo(pod);
        }
        // A node more or less changes what is even, too.
        _pending.Wake(waiting => waiting.IsConstrained || CouldHelp(name, waiting));
    }

    private void ApplyPod(CachedEvent change)
    {
        var item = change.Object;
        var state = _engine.State;
        if (change.Type == ChangeType.Deleted || PodReader.HasEnded(item))
        {
            if (_pending.Find(item.Key) is { } waited && waited.Uid == item.Encoded.Uid)
            {
                _pending.Remove(item.Key);
            }
            state.Unnominate(item.Encoded.Uid);
            _prepared.Remove(item.Key);
            if (state.FindPlaced(item.Key) is { } gone && gone.Uid == item.Encoded.Uid)
            {
                state.Forget(item.Key);
                WakeAfter(gone);
            }
            return;
        }
        var node = PodReader.NodeName(item);
        if (node.Length > 0)
        {
            _pending.Remove(item.Key);
            _prepared.Remove(item.Key);
            if (state.FindPlaced(item.Key) is not { } known || IsNews(known, item, node))
            {
                Place(Info(item));
            }
            return;
        }
        if (state.FindPlaced(item.Key) is { } assumed)
        {
            if (assumed.Uid == item.Encoded.Uid)
            {
                // Its bind is on its way.
                return;
            }
            state.Forget(item.Key);
            _prepared.Remove(item.Key);
        }
        if (item.Encoded.IsDeleting || PodReader.SchedulerName(item) != Name)
        {
            _pending.Remove(item.Key);
            return;
        }
        var pod = Info(item);
        if (pod is not null && pod.Class.Spec.SchedulingGates is not { Count: > 0 })
        {
            _pending.Add(pod);
        }
    }

    private void Place(PodInfo? pod)
    {
        if (pod is not null)
        {
            _engine.State.Place(pod);
            // Company may be what another waits for.
            _pending.Wake(waiting => !waiting.RequiredAffinity.IsEmpty || !waiting.Spread.IsEmpty);
        }
    }

    private void WakeAfter(PodInfo gone) => _pending.Wake(waiting =>
        waiting.IsConstrained || !gone.Class.RequiredAntiAffinity.IsEmpty || CouldHelp(gone.NodeName, waiting));

    // What is kept for a pod of the class is no obstacle to that pod.
    private bool CouldHelp(string node, PodClass waiting) => _engine.State.FindNode(node) is { } info
        && (info.Nominated.Any(pod => pod.Class == waiting) || _engine.Placement.CouldFit(waiting, info));

    private static bool IsNews(PodInfo known, CachedObject item, string node) =>
        known.Uid != item.Encoded.Uid || known.NodeName != node || known.IsTerminating != item.Encoded.IsDeleting
        || known.Class.Labels.Count != item.Encoded.Labels.Count
        || known.Class.Labels.Any(label => !item.Encoded.Labels.TryGetValue(label.Key, out var value) || value != label.Value);

    private PodInfo? Info(CachedObject item)
    {
        try
        {
            return new(item.Key, item.Encoded.Uid, _classes.Of(item), PodReader.NodeName(item), item.Encoded.IsDeleting) { NominatedNode = PodReader.NominatedNode(item) };
        }
        catch (FormatException problem)
        {
            // It came in before its selectors were looked at.
            _log.Unreadable(item.Key, problem.Message);
            return null;
        }
    }

    private async ValueTask DecideAsync(PodInfo pod, CancellationToken stopping)
    {
        var (state, placement) = (_engine.State, _engine.Placement);
        // What was kept for it is no obstacle to it.
        state.Unnominate(pod.Uid);
        var nominated = state.FindNode(pod.NominatedNode);
        var node = nominated is not null && placement.CouldFit(pod.Class, nominated) && placement.Fits(pod.Class, nominated) ? nominated : placement.Choose(pod.Class).Node;
        if (node is not null)
        {
            _pending.Remove(pod.Key);
            var placed = pod with { NodeName = node.Name };
            Place(placed);
            if (ClaimSelection.Unbound(_volumes, pod) is { Count: > 0 } claims)
            {
                // Its place is kept while its volumes are made there.
                _prepared.Add(placed);
                await _binder.SelectAsync(pod, claims, node.Name, () => Enqueue(() => Selected(pod)), () => Enqueue(() => Undo(pod)), stopping).ConfigureAwait(false);
                return;
            }
            await _binder.BindAsync(pod, node.Name, () => Enqueue(() => Undo(pod)), stopping).ConfigureAwait(false);
            return;
        }
        var explanation = placement.Explain(pod.Class);
        var plan = _engine.Preemption.Plan(pod, Budgets, StartedAt);
        if (plan is not null)
        {
            state.Nominate(pod, plan.Node.Name);
            _pending.Park(pod, explanation, _clock.Now);
            await _binder.ExplainAsync(pod, $"{explanation} preemption: {plan.Victims.Count} pod(s) on node {plan.Node.Name} make room.", plan.Node.Name, stopping).ConfigureAwait(false);
            await _binder.PreemptAsync(pod, plan, stopping).ConfigureAwait(false);
            return;
        }
        if (nominated is not null && nominated.Pods.Any(other => other.IsTerminating))
        {
            state.Nominate(pod, nominated.Name);
        }
        if (_pending.Park(pod, explanation, _clock.Now))
        {
            await _binder.ExplainAsync(pod, explanation, null, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>The bind was not written: the place is free again, and the pod, if it still waits, is tried anew.</summary>
    private void Undo(PodInfo pod)
    {
        _prepared.Remove(pod.Key);
        _engine.State.Forget(pod.Key);
        if (_api.Cache.Get(pod.Key) is { } item)
        {
            ApplyPod(new(ChangeType.Modified, item, null));
        }
    }

    // The writer does not wait for the loop, which may itself wait for room among the writers.
    private void Enqueue(Action action)
    {
        if (!_inbox.Writer.TryWrite(action))
        {
            _ = _inbox.Writer.WriteAsync(action).AsTask();
        }
    }

    private IReadOnlySet<PodInfo> Budgets(IReadOnlyList<PodInfo> pods)
    {
        var broken = new HashSet<PodInfo>();
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            foreach (var budget in DisruptionBudgets.Covering(_api.Cache, pod.Key.Namespace, pod.Class.Labels))
            {
                var allowed = left.GetValueOrDefault(budget.Metadata.Uid, budget.Status?.DisruptionsAllowed ?? 0);
                left[budget.Metadata.Uid] = allowed - 1;
                if (allowed <= 0)
                {
                    broken.Add(pod);
                }
            }
        }
        return broken;
    }

    private DateTime StartedAt(PodInfo pod) => _api.Cache.Get(pod.Key)?.Decode<V1Pod>() is { } found
        ? found.Status?.StartTime ?? found.Metadata.CreationTimestamp ?? DateTime.MaxValue
        : DateTime.MaxValue;
}
