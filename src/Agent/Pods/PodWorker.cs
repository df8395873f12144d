using System.Collections.Concurrent;
using System.Threading.Channels;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods;

/// <summary>
/// One pod's loop: gather the facts, ask the planner, start what it says, show the status, wait until something happens. Operations run beside
/// the loop and come back to it as messages, so that the pod's state belongs to one thread of control and a slow pull never holds up a deletion.
/// </summary>
internal sealed class PodWorker : IAsyncDisposable
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentQueue<Action> _messages = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly PodServices _services;
    private readonly PodRejection? _rejection;
    private readonly IReadOnlyList<string> _unsupported;
    private readonly PodOperations _operations;
    private readonly PodProbes _probes;
    private readonly Lifecycle.TerminationMessages _terminationMessages;
    private readonly StatusPublisher _publisher;
    private readonly BackOffNotices _notices = new();
    private readonly ClockWatch _clock;
    private volatile V1Pod _pod;
    private volatile bool _vanished;
    private V1PodStatus? _shown;
    private int _disposed;
    private PodStop? _podStop;
    private bool _cleared;

    /// <param name="rejection">Why this node won't have the pod, or null.</param>
    public PodWorker(V1Pod pod, PodRejection? rejection, PodServices services)
    {
        (_pod, _rejection, _services) = (pod, rejection, services);
        _clock = new ClockWatch(services.Time);
        _podStop = PodEviction.Resume(pod, services.Time.GetUtcNow());
        _unsupported = services.Runtime.FindUnsupported(pod);
        _operations = new PodOperations(services, Post);
        _probes = new PodProbes(services, Post, () => _pod, _operations.Memory);
        _terminationMessages = new(services.Runtime);
        _publisher = new StatusPublisher(pod, services.IsRestored, services.Api, services.Time, services.Logger);
        Completed = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Ends when the pod has left the API and this node.</summary>
    public Task Completed { get; }

    public V1Pod Pod => _pod;

    /// <summary>It holds a place on this node: not rejected, not ended.</summary>
    public bool IsAdmitted => _rejection is null && _shown?.Phase is not (PodPhase.Succeeded or PodPhase.Failed);

    /// <summary>It could be evicted: it holds a place and nothing has begun to end it.</summary>
    public bool IsEvictable => IsAdmitted && _podStop is null && _pod.Metadata.DeletionTimestamp is null;

    /// <summary>Ends the pod for the node's sake: it fails with the reason Evicted, and what it left on disk goes. Nothing happens to one that ends already.</summary>
    public void Evict(string message, TimeSpan grace) => Post(() =>
    {
        if (!IsEvictable)
        {
            return;
        }
        _podStop = new(StopCause.Failed, _services.Time.GetUtcNow() + grace, PodEviction.Reason, message);
        _operations.Hurry(_podStop.Deadline);
        _services.Events.Publish(_pod, null, EventTypes.Warning, PodEviction.Reason, message);
    });

    public void Update(V1Pod pod)
    {
        _pod = pod;
        _publisher.Observe(pod);
        Wake();
    }

    /// <summary>The object is gone: end everything at once.</summary>
    public void Vanish()
    {
        _vanished = true;
        Wake();
    }

    /// <summary>Ends what runs of it on this node, within its grace; the object stays, and so does what the API shows.</summary>
    public async Task StopHereAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Completed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A container that is being started would otherwise come to run after the look at what runs.
        await _operations.StopAsync();
        var pod = _pod;
        var deadline = _services.Time.GetUtcNow() + TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds ?? 30);
        if (_podStop is { } begun)
        {
            deadline = Earlier(deadline, begun.Deadline);
        }
        var stopper = new Lifecycle.ContainerStopper(_services);
        var observed = await _services.Runtime.ListAsync(pod.Metadata.Uid, cancellationToken);
        await Task.WhenAll(
            from here in observed
            from container in here.Containers
            where container.State == ContainerState.Running
            let spec = pod.Spec.Containers.FirstOrDefault(spec => spec.Name == container.Name) ?? new V1Container { Name = container.Name }
            select stopper.StopAsync(pod, spec, container.Id, here.Sandbox?.Address, deadline, runHook: _podStop is null, cancellationToken));
    }

    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        // A worker that has just ended by itself may be disposed of by the table at the same time.
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        await _stop.CancelAsync();
        await Completed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _probes.Dispose();
        await _operations.DisposeAsync();
        await _publisher.DisposeAsync();
        _stop.Dispose();
    }

    private void Post(Action message)
    {
        _messages.Enqueue(message);
        Wake();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        Announce();
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                var plan = await StepAsync(cancellationToken);
                if (plan.Ended && _podStop?.Cause is StopCause.Deleted or StopCause.Vanished)
                {
                    await LeaveAsync(cancellationToken);
                    return;
                }
                if (plan.Ended && !_cleared && plan.Status.Reason == PodEviction.Reason)
                {
                    await RemoveRemainsAsync(cancellationToken);
                    _cleared = true;
                }
                retry = new RetryDelay();
                await WaitAsync(plan.WakeAt, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.OperationFailed(_services.Logger, _pod.Metadata.NamespaceProperty, _pod.Metadata.Name, "step", e);
                await retry.WaitAsync(_services.Time, cancellationToken);
            }
        }
    }

    private async Task<PodPlan> StepAsync(CancellationToken cancellationToken)
    {
        while (_messages.TryDequeue(out var message))
        {
            message();
        }
        FollowClock();
        NoteStop();
        var facts = await GatherAsync(cancellationToken);
        // Before the plan: a container that nothing has to be asked of is ready in the same status that shows it running.
        _probes.Sync(facts);
        var plan = PodPlanner.Plan(facts);
        foreach (var action in plan.Actions)
        {
            if (action is PodAction.BeginStop begin)
            {
                _podStop = begin.Stop;
                Wake();
            }
            else
            {
                _operations.Begin(action, facts, runHooks: !_vanished);
            }
        }
        _notices.Tell(plan.BackOffs, facts.Pod, _services.Events);
        _shown = plan.Status;
        if (_publisher.Publish(_pod, plan.Status))
        {
            _services.Checkpoints.Write(StatusMemory.Apply(_pod, plan.Status));
        }
        return plan;
    }

    private async Task<PodFacts> GatherAsync(CancellationToken cancellationToken)
    {
        var observed = await _services.Runtime.ListAsync(_pod.Metadata.Uid, cancellationToken) is [var one, ..] ? one : null;
        var containers = observed?.Containers ?? [];
        var pod = StatusMemory.Apply(_pod, _shown);
        await _terminationMessages.ReadNewAsync(pod, containers, cancellationToken);
        return new()
        {
            Pod = pod,
            Now = _services.Time.GetUtcNow(),
            HostAddress = _services.Node.Address,
            Runtime = _services.Runtime.Name,
            BackOff = _services.BackOff,
            Sandbox = observed?.Sandbox,
            SandboxBusy = _operations.SandboxBusy,
            SandboxFailure = _operations.SandboxFailure,
            Containers = containers,
            Memory = _operations.Memory,
            TerminationMessages = _terminationMessages.Known,
            Stop = _podStop,
            Rejection = _rejection,
            Unsupported = _unsupported,
        };
    }

    /// <summary>What has so long to go still has, when the machine's clock is set.</summary>
    private void FollowClock()
    {
        if (_clock.Moved() is var moved && moved != TimeSpan.Zero)
        {
            _podStop = _podStop is { } stop ? stop with { Deadline = stop.Deadline + moved } : null;
            _operations.Move(moved);
        }
    }

    private void NoteStop()
    {
        var now = _services.Time.GetUtcNow();
        var before = _podStop;
        if (_vanished)
        {
            _podStop = before is { Cause: StopCause.Vanished } ? before : new(StopCause.Vanished, now);
        }
        else if (_pod.Metadata.DeletionTimestamp is { } deletion)
        {
            var grace = TimeSpan.FromSeconds(_pod.Metadata.DeletionGracePeriodSeconds ?? 30);
            // The API's clock counts only as a shorter time: after a restart of the agent the pod gets what is left, not all of it again.
            var until = before is null && _shown is null ? Earlier(now + grace, deletion) : now + grace;
            _podStop = new(StopCause.Deleted, before is null ? until : Earlier(before.Deadline, until), before?.Reason, before?.Message);
        }
        if (_podStop is { } stop && stop != before)
        {
            _operations.Hurry(stop.Deadline);
        }
    }

    private async Task WaitAsync(DateTimeOffset? wakeAt, CancellationToken cancellationToken)
    {
        if (!_messages.IsEmpty)
        {
            return;
        }
        if (wakeAt is not { } due)
        {
            await _wake.Reader.ReadAsync(cancellationToken);
            return;
        }
        var delay = due - _services.Time.GetUtcNow();
        using var timer = _services.Time.CreateTimer(_ => Wake(), null, delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await _wake.Reader.ReadAsync(cancellationToken);
    }

    /// <summary>The last status first, then the object, then what is on disk: a crash between any two leaves the rest to be found and done.</summary>
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        var pod = _pod;
        for (var retry = new RetryDelay(); !_vanished;)
        {
            try
            {
                await _publisher.FlushAsync(cancellationToken);
                await _services.Api.DeleteAsync(pod, cancellationToken);
                break;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.PodNotRemoved(_services.Logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, e.Message);
                await retry.WaitAsync(_services.Time, cancellationToken);
            }
        }
        await RemoveRemainsAsync(cancellationToken);
        _services.Config.Forget(pod.Metadata.Uid);
        Log.PodChanged(_services.Logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Metadata.Uid, "has left");
    }

    private async Task RemoveRemainsAsync(CancellationToken cancellationToken)
    {
        await _services.Runtime.RemovePodAsync(_pod.Metadata.Uid, cancellationToken);
        _services.Volumes.Folders.TearDown(_pod.Metadata.Uid);
    }

    private void Announce()
    {
        if (_pod.Status?.Phase is PodPhase.Succeeded or PodPhase.Failed)
        {
            // Told when it happened.
            return;
        }
        if (_rejection is not null)
        {
            _services.Events.Publish(_pod, null, EventTypes.Warning, _rejection.Reason, _rejection.Message);
        }
        else if (_unsupported.Count > 0)
        {
            var reason = _unsupported.All(what => what.StartsWith("spec.volumes", StringComparison.Ordinal)) ? "FailedMount" : "UnsupportedByRuntime";
            _services.Events.Publish(_pod, null, EventTypes.Warning, reason, string.Join("; ", _unsupported));
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
