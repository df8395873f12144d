using System.Threading.Channels;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Scheduling.Filters;
using Orchestrator.Controller.Scheduling.Scorers;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// Gives pods their nodes. One loop takes in the changes, keeps its picture of the cluster, and decides; the binds are written beside it, many
/// at a time, so that they share commits.
/// </summary>
internal sealed class Scheduler(ObjectApi api, EventRecorder events, ILogger<Scheduler> log) : BackgroundService
{
    private const string Component = "default-scheduler";
    private const int ChangesWaiting = 4096;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();

    private readonly Channel<Action> _inbox = Channel.CreateBounded<Action>(new BoundedChannelOptions(ChangesWaiting) { SingleReader = true });
    private readonly ClusterState _state = new();
    private readonly PendingPods _pending = new();
    private readonly Placement _placement = new(
        [
            new UnschedulableFilter(), new ReadyFilter(), new TaintFilter(), new NodeSelectorFilter(),
            new RuntimeClassFilter(name => api.Find<V1RuntimeClass>(null, name)), new HostPortFilter(), new ResourceFilter(),
        ],
        [new SpreadScorer(), new LeastAllocatedScorer()]);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        FollowAsync("nodes", ApplyNode, stoppingToken), FollowAsync("pods", ApplyPod, stoppingToken), DecideAsync(stoppingToken));

    private async Task FollowAsync(string resource, Action<CachedEvent> apply, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var snapshot = api.Cache.List(new(resource));
                foreach (var item in snapshot.Items)
                {
                    await _inbox.Writer.WriteAsync(() => apply(new(ChangeType.Added, item, null)), stopping).ConfigureAwait(false);
                }
                var feed = api.Cache.Follow(resource, snapshot.Revision);
                try
                {
                    while (true)
                    {
                        foreach (var change in await feed.NextAsync(api.Time, Idle, stopping).ConfigureAwait(false))
                        {
                            await _inbox.Writer.WriteAsync(() => apply(change), stopping).ConfigureAwait(false);
                        }
                    }
                }
                catch (StoreException problem) when (problem.Problem == StoreProblem.Compacted)
                {
                    log.StartingOver(resource);
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
                var due = _pending.Release(api.Time.GetUtcNow());
                while (_pending.Take() is { } pod)
                {
                    Decide(pod, stopping);
                }
                await WaitAsync(due, stopping).ConfigureAwait(false);
                while (_inbox.Reader.TryRead(out var apply))
                {
                    apply();
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
        var wait = time - api.Time.GetUtcNow();
        await Task.WhenAny(change, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, api.Time, pause.Token)).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
    }

    private void ApplyNode(CachedEvent change)
    {
        _state.ApplyNode(change);
        _pending.Wake();
    }

    private void ApplyPod(CachedEvent change)
    {
        var waiting = _state.ApplyPod(change);
        if (waiting is not null)
        {
            _pending.Add(waiting);
            return;
        }
        _pending.Remove(change.Object.Key);
        if (change.Type == ChangeType.Deleted)
        {
            // Room was made.
            _pending.Wake();
        }
    }

    private void Decide(PodInfo pod, CancellationToken stopping)
    {
        var choice = _placement.Choose(pod, _state.Nodes);
        if (choice.Node is { } node)
        {
            _pending.Remove(pod.Key);
            _state.Place(pod with { NodeName = node.Name });
            _ = BindAsync(pod, node.Name, stopping);
        }
        else if (_pending.Park(pod, choice.Explanation, api.Time.GetUtcNow()))
        {
            _ = ExplainAsync(pod, choice.Explanation, stopping);
        }
    }

    private async Task BindAsync(PodInfo pod, string node, CancellationToken stopping)
    {
        try
        {
            var bound = await PodBinder.BindAsync(api, pod.Key.Namespace, pod.Key.Name, pod.Uid, node, stopping).ConfigureAwait(false);
            await events.NormalAsync(bound.Decode<V1Pod>(), Component, "Scheduled", $"Successfully assigned {pod.Key.Namespace}/{pod.Key.Name} to {node}", stopping).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or StoreException)
        {
            log.NotBound(pod.Key, node, problem.Message);
            await _inbox.Writer.WriteAsync(() => Undo(pod), stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end; what was not written is decided again at the next start.
        }
    }

    /// <summary>The bind was not written: the place is free again, and the pod, if it still waits, is tried anew.</summary>
    private void Undo(PodInfo pod)
    {
        _state.Forget(pod.Key);
        if (api.Cache.Get(pod.Key) is { } item)
        {
            ApplyPod(new(ChangeType.Modified, item, null));
        }
    }

    private async Task ExplainAsync(PodInfo pod, string explanation, CancellationToken stopping)
    {
        try
        {
            var told = await api.UpdateAsync(Pods, pod.Key.Namespace, pod.Key.Name, status: true, current =>
            {
                if (string.IsNullOrEmpty((string?)current["spec"]?["nodeName"]))
                {
                    PodConditions.Set(current, "PodScheduled", "False", "Unschedulable", explanation, api.Time.GetUtcNow());
                }
                return current;
            }, WriteOptions.Default, stopping).ConfigureAwait(false);
            await events.WarningAsync(told.Decode<V1Pod>(), Component, "FailedScheduling", explanation, stopping).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or StoreException)
        {
            log.NotExplained(pod.Key, problem.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }
}
