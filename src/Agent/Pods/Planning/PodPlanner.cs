using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Planning;

/// <summary>
/// The pod's state machine: from what is wanted and what is there to the next actions and the status to show. It has no clock, no I/O and
/// no memory; the same facts give the same plan, so it may be asked as often as anything happens.
/// </summary>
internal sealed class PodPlanner
{
    /// <summary>How long a failed pull shows as ErrImagePull before it shows as ImagePullBackOff.</summary>
    private static readonly TimeSpan PullErrorShown = TimeSpan.FromSeconds(2);

    private readonly PodFacts _facts;
    private readonly V1PodSpec _spec;
    private readonly List<PodAction> _actions = [];
    private readonly Dictionary<string, V1ContainerStateWaiting> _waits = [];
    private readonly List<PlannedBackOff> _backOffs = [];
    private DateTimeOffset? _wakeAt;

    private PodPlanner(PodFacts facts) => (_facts, _spec) = (facts, facts.Pod.Spec);

    public static PodPlan Plan(PodFacts facts) => new PodPlanner(facts).Plan();

    private PodPlan Plan()
    {
        if (_facts.Rejection is not null)
        {
            return Finish(ended: true);
        }
        if (_facts.Stop is { } stop)
        {
            return Finish(ended: PlanStop(stop.Deadline, "Stopping container"));
        }
        if (IsTerminal())
        {
            return Finish(ended: PlanStop(_facts.Now + Grace(), "Stopping container"));
        }
        if (_facts.Unsupported.Count > 0)
        {
            return Finish(ended: false);
        }
        if (DeadlineOf(_facts.Pod) is { } deadline)
        {
            if (deadline <= _facts.Now)
            {
                _actions.Add(new PodAction.BeginStop(new(
                    StopCause.Failed, _facts.Now + Grace(), "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")));
                return Finish(ended: false);
            }
            WakeAt(deadline);
        }
        PlanRun();
        return Finish(ended: false);
    }

    private void PlanRun()
    {
        PruneAttempts();
        if (_facts.Sandbox is not { Ready: true })
        {
            if (_facts.Containers.Any(container => container.State == ContainerState.Running))
            {
                // They live in namespaces that nothing new can join.
                PlanStop(_facts.Now + Grace(), "Pod sandbox changed, it will be killed and re-created: stopping container");
                return;
            }
            if (!_facts.SandboxBusy && MayRetry(_facts.SandboxFailure))
            {
                _actions.Add(new PodAction.RunSandbox());
            }
            return;
        }
        var initialized = true;
        foreach (var container in _spec.InitContainers ?? [])
        {
            var done = InitContainers.IsDone(_facts, container);
            if (!done || InitContainers.IsSidecar(container))
            {
                PlanContainer(container, restart: true);
            }
            if (!done)
            {
                // In order, one at a time: the rest waits for this one.
                initialized = false;
                break;
            }
        }
        foreach (var container in initialized ? _spec.Containers : [])
        {
            PlanContainer(container, RestartRules.WantsRestart(_spec.RestartPolicy, _facts.Latest(container.Name)));
        }
    }

    private void PlanContainer(V1Container container, bool restart)
    {
        var memory = _facts.MemoryOf(container.Name);
        var latest = _facts.Latest(container.Name);
        if (memory.Operation != ContainerOperation.None)
        {
            return;
        }
        if (latest is { State: ContainerState.Running })
        {
            var message = memory.Unhealthy
                ?? (latest.Image != container.Image ? $"Container {container.Name} definition changed, will be restarted" : null);
            if (message is not null)
            {
                var grace = memory.Unhealthy is not null ? ProbeGrace(container) : Grace();
                _actions.Add(new PodAction.StopContainer(container, latest.Id, _facts.Now + grace, message));
            }
            return;
        }
        if (!restart && latest?.Image == container.Image && latest.State == ContainerState.Exited)
        {
            return;
        }
        if (!MayRetry(memory.Failure))
        {
            ShowFailure(container, memory.Failure);
            return;
        }
        if (latest is { State: ContainerState.Created })
        {
            // Made by a try that came to nothing; what it would have run with is gone.
            _actions.Add(new PodAction.RemoveContainer(latest.Id));
            return;
        }
        var attempt = latest is not null ? latest.Attempt + 1 : ReportedAttempt(container) is { } reported ? reported + 1 : 0;
        if (latest is not { State: ContainerState.Exited, FinishedAt: { } finishedAt })
        {
            _actions.Add(new PodAction.StartContainer(container, attempt, memory.BackOff));
            return;
        }
        // One that ended in the future ended before the clock was set back: how long ago, nobody knows any more.
        var due = finishedAt > _facts.Now ? _facts.Now : _facts.BackOff.DueAt(memory.BackOff, finishedAt);
        if (due > _facts.Now)
        {
            var delay = memory.BackOff?.Delay ?? default;
            var message = $"back-off {Describe(delay)} restarting failed container={container.Name} "
                + $"pod={_facts.Pod.Metadata.Name}_{_facts.Pod.Metadata.NamespaceProperty}({_facts.Pod.Metadata.Uid})";
            BackOff(container, "CrashLoopBackOff", message, due);
            return;
        }
        _actions.Add(new PodAction.StartContainer(container, attempt, _facts.BackOff.Next(memory.BackOff, finishedAt, _facts.Now)));
    }

    private void ShowFailure(V1Container container, StartFailure? failure)
    {
        if (failure is null)
        {
            return;
        }
        if (failure.Reason == "ErrImagePull" && failure.RetryAt is { } until)
        {
            if (_facts.Now >= failure.At + PullErrorShown)
            {
                BackOff(container, "ImagePullBackOff", $"Back-off pulling image \"{container.Image}\": {failure.Message}", until);
                return;
            }
            WakeAt(failure.At + PullErrorShown);
        }
        _waits[container.Name] = new V1ContainerStateWaiting { Reason = failure.Reason, Message = failure.Message };
    }

    private void BackOff(V1Container container, string reason, string message, DateTimeOffset until)
    {
        _waits[container.Name] = new V1ContainerStateWaiting { Reason = reason, Message = message };
        _backOffs.Add(new(container.Name, reason, message, until));
        WakeAt(until);
    }

    /// <returns>True when nothing is left to stop.</returns>
    private bool PlanStop(DateTimeOffset deadline, string message)
    {
        var running = StopOrder.Next(_facts, deadline);
        foreach (var observation in running)
        {
            if (_facts.MemoryOf(observation.Name).Operation == ContainerOperation.None)
            {
                var container = Containers().FirstOrDefault(container => container.Name == observation.Name)
                    ?? new V1Container { Name = observation.Name };
                _actions.Add(new PodAction.StopContainer(container, observation.Id, deadline, $"{message} {observation.Name}"));
            }
        }
        if (running.Count > 0 || _facts.SandboxBusy || _facts.Memory.Values.Any(memory => memory.Operation != ContainerOperation.None))
        {
            return false;
        }
        if (_facts.Sandbox is { Ready: true })
        {
            _actions.Add(new PodAction.StopSandbox());
            return false;
        }
        return true;
    }

    private void PruneAttempts()
    {
        foreach (var attempts in _facts.Containers.GroupBy(observation => observation.Name))
        {
            // The last one that ended stays, for its exit code and for `logs --previous`.
            foreach (var old in attempts.OrderByDescending(o => o.Attempt).Skip(2).Where(o => o.State != ContainerState.Running))
            {
                _actions.Add(new PodAction.RemoveContainer(old.Id));
            }
        }
    }

    private bool IsTerminal() =>
        _facts.Pod.Status?.Phase is "Succeeded" or "Failed"
        || PodPhase.Of(_facts, stopping: false, waitsBecauseOf: name => null) is "Succeeded" or "Failed";

    private bool MayRetry(StartFailure? failure)
    {
        if (failure is null || failure.RetryAt <= _facts.Now)
        {
            return true;
        }
        if (failure.RetryAt is { } retryAt)
        {
            WakeAt(retryAt);
        }
        return false;
    }

    private PodPlan Finish(bool ended) =>
        new(_actions, PodStatusBuilder.Build(_facts, _waits, ended), _wakeAt, ended, _backOffs);

    private void WakeAt(DateTimeOffset time) => _wakeAt = _wakeAt is { } earlier && earlier < time ? earlier : time;

    private IEnumerable<V1Container> Containers() => (_spec.InitContainers ?? []).Concat(_spec.Containers);

    private TimeSpan Grace() => TimeSpan.FromSeconds(_spec.TerminationGracePeriodSeconds ?? 30);

    private TimeSpan ProbeGrace(V1Container container) =>
        TimeSpan.FromSeconds(container.LivenessProbe?.TerminationGracePeriodSeconds
            ?? container.StartupProbe?.TerminationGracePeriodSeconds ?? _spec.TerminationGracePeriodSeconds ?? 30);

    // The runtime forgot it, the API did not: counting goes on.
    private int? ReportedAttempt(V1Container container) =>
        (_facts.Pod.Status?.ContainerStatuses ?? []).Concat(_facts.Pod.Status?.InitContainerStatuses ?? [])
            .FirstOrDefault(status => status.Name == container.Name && !string.IsNullOrEmpty(status.ContainerID))?.RestartCount;

    private static DateTimeOffset? DeadlineOf(V1Pod pod) =>
        pod.Spec.ActiveDeadlineSeconds is { } seconds && pod.Status?.StartTime is { } start ? Timestamp.ToSeconds(start) + TimeSpan.FromSeconds(seconds) : null;

    private static string Describe(TimeSpan delay) => delay >= TimeSpan.FromMinutes(1)
        ? $"{(int)delay.TotalMinutes}m{delay.Seconds}s"
        : $"{(int)delay.TotalSeconds}s";
}
