using k8s.Models;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <param name="WakeAt">When to look again though nothing happened.</param>
/// <param name="Ended">Nothing of the pod runs any more and nothing will.</param>
internal sealed record HollowStep(V1PodStatus Status, DateTimeOffset? WakeAt, bool Ended);

/// <summary>
/// A fake pod: the plans are the real planner's, carried out on containers that only time passes for. It has no clock and no I/O. Not safe for two at once.
/// </summary>
internal sealed class HollowPod
{
    private static readonly TimeSpan AddressRetry = TimeSpan.FromSeconds(10);
    private readonly HollowContainers _containers;
    private readonly IHollowPlace _place;
    private readonly BackOffPolicy _backOff;
    private readonly PodRejection? _rejection;
    private V1PodStatus? _shown;
    private SandboxObservation? _sandbox;
    private StartFailure? _sandboxFailure;
    private PodStop? _stop;

    /// <param name="rejection">Why its node will not have it; null when it will.</param>
    public HollowPod(V1Pod pod, PodRejection? rejection, IHollowPlace place, HollowFate fate, BackOffPolicy backOff)
    {
        (Pod, _rejection, _place, _backOff, _containers) = (pod, rejection, place, backOff, new(fate));
        _containers.Recall(pod);
        if (_containers.Made.Count > 0 && pod.Status.PodIP is { Length: > 0 } address)
        {
            _sandbox = Sandbox(address, pod.Status.StartTime is { } start ? Timestamp.ToSeconds(start) : default);
            _place.Take(address);
        }
        NoteDeletion();
    }

    /// <summary>As the API last had it.</summary>
    public V1Pod Pod { get; private set; }

    /// <summary>It counts against what its node has.</summary>
    public bool IsAdmitted => _rejection is null && (_shown ?? Pod.Status)?.Phase is not (PodPhase.Succeeded or PodPhase.Failed);

    public bool IsDeleted => Pod.Metadata.DeletionTimestamp is not null;

    public void Update(V1Pod pod)
    {
        Pod = pod;
        NoteDeletion();
    }

    /// <summary>What is to be shown of it at this time. Times must not go back.</summary>
    public HollowStep Step(DateTimeOffset now)
    {
        while (true)
        {
            _containers.Advance(Pod, now);
            if (_stop is not null)
            {
                _containers.AbandonStarts();
            }
            var plan = PodPlanner.Plan(Facts(now));
            _shown = plan.Status;
            if (plan.Actions.Count == 0)
            {
                return new(plan.Status, Earlier(plan.WakeAt, _containers.NextDue(Pod)), plan.Ended);
            }
            foreach (var action in plan.Actions)
            {
                Carry(action, now);
            }
        }
    }

    /// <summary>Gives back its address: its object is gone.</summary>
    public void Vanish() => StopSandbox();

    private void Carry(PodAction action, DateTimeOffset now)
    {
        switch (action)
        {
            case PodAction.RunSandbox:
                var address = Pod.Spec.HostNetwork == true ? _place.HostAddress : _place.TryAllocate();
                _sandbox = address is null ? null : Sandbox(address, now);
                _sandboxFailure = address is null ? new("FailedCreatePodSandBox", "all addresses of the node's podCIDR are taken", now, now + AddressRetry) : null;
                break;
            case PodAction.StopSandbox:
                StopSandbox();
                break;
            case PodAction.StartContainer start:
                _containers.Start(start.Container, start.Attempt, start.BackOff, now);
                break;
            case PodAction.StopContainer stop:
                _containers.Stop(stop.Id, now);
                break;
            case PodAction.RemoveContainer remove:
                _containers.Remove(remove.Id);
                break;
            case PodAction.BeginStop begin:
                _stop ??= begin.Stop;
                break;
            default:
                throw new InvalidOperationException($"no fake of {action}");
        }
    }

    private PodFacts Facts(DateTimeOffset now) => new()
    {
        Pod = StatusMemory.Apply(Pod, _shown),
        Now = now,
        HostAddress = _place.HostAddress,
        Runtime = HollowContainers.Runtime,
        BackOff = _backOff,
        Sandbox = _sandbox,
        SandboxFailure = _sandboxFailure,
        Containers = [.. _containers.Made],
        Memory = _containers.Memory,
        Stop = _stop,
        Rejection = _rejection,
    };

    private void NoteDeletion()
    {
        Pod.Metadata.ManagedFields = null;
        if (Pod.Metadata.DeletionTimestamp is { } deadline && _stop?.Cause != StopCause.Deleted)
        {
            _stop = new(StopCause.Deleted, Timestamp.ToSeconds(deadline), _stop?.Reason, _stop?.Message);
        }
    }

    private void StopSandbox()
    {
        if (_sandbox is { Ready: true } sandbox)
        {
            _sandbox = sandbox with { Ready = false };
            _place.Return(sandbox.Address);
        }
    }

    private SandboxObservation Sandbox(string address, DateTimeOffset at) =>
        new(Pod.Metadata.Uid, Pod.Metadata.NamespaceProperty, Pod.Metadata.Name, address, Ready: true, at);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
