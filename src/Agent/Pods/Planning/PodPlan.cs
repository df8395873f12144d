using k8s.Models;

namespace Orchestrator.Agent.Pods.Planning;

/// <param name="Status">What the API should show now.</param>
/// <param name="WakeAt">When to look again though nothing happened.</param>
/// <param name="Ended">Nothing of the pod runs any more and nothing will.</param>
/// <param name="BackOffs">Containers that wait before their next try.</param>
internal sealed record PodPlan(
    IReadOnlyList<PodAction> Actions, V1PodStatus Status, DateTimeOffset? WakeAt, bool Ended, IReadOnlyList<PlannedBackOff> BackOffs);

/// <param name="Reason">CrashLoopBackOff or ImagePullBackOff.</param>
internal sealed record PlannedBackOff(string Container, string Reason, string Message, DateTimeOffset Until);

internal abstract record PodAction
{
    internal sealed record RunSandbox : PodAction;

    internal sealed record StopSandbox : PodAction;

    /// <param name="BackOff">How long a failure of this try will have to wait; null on a first try.</param>
    internal sealed record StartContainer(V1Container Container, int Attempt, RestartBackOff? BackOff) : PodAction;

    /// <param name="Message">Of the Killing event.</param>
    internal sealed record StopContainer(V1Container Container, string Id, DateTimeOffset Deadline, string Message) : PodAction;

    /// <summary>An ended attempt that nobody will ask for any more.</summary>
    internal sealed record RemoveContainer(string Id) : PodAction;

    internal sealed record BeginStop(PodStop Stop) : PodAction;
}
