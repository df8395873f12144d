using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Planning;

/// <summary>The phase as the kubelet sums it up from the containers.</summary>
internal static class PodPhase
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";

    /// <param name="stopping">The pod is being stopped for good: what has ended stays ended.</param>
    /// <param name="waitsBecauseOf">Why a container waits, if it does.</param>
    public static string Of(PodFacts facts, bool stopping, Func<string, V1ContainerStateWaiting?> waitsBecauseOf)
    {
        if (facts.Pod.Status?.Phase is Succeeded or Failed)
        {
            return facts.Pod.Status.Phase;
        }
        if (facts.Rejection is not null || InitContainers.HasFailed(facts))
        {
            return Failed;
        }
        var states = facts.Pod.Spec.Containers.Select(container => facts.Latest(container.Name)).ToList();
        if (!stopping && !InitContainers.AllDone(facts))
        {
            return Pending;
        }
        var running = states.Count(state => state?.State == ContainerState.Running);
        var ended = states.Where(state => state?.State == ContainerState.Exited).ToList();
        if (stopping)
        {
            return running > 0 ? Running
                : facts.Stop?.Cause == StopCause.Failed || ended.Count < states.Count || ended.Exists(state => state?.ExitCode != 0) ? Failed
                : Succeeded;
        }
        // One that never ran keeps the pod pending; one between two runs does not.
        var neverRan = states.Zip(facts.Pod.Spec.Containers).Any(pair =>
            pair.First is null or { State: ContainerState.Created, Attempt: 0 } || (pair.First.Attempt == 0 && waitsBecauseOf(pair.Second.Name)?.Reason == "ContainerCreating"));
        if (neverRan)
        {
            return Pending;
        }
        if (running > 0 || ended.Count < states.Count)
        {
            return Running;
        }
        return facts.Pod.Spec.RestartPolicy switch
        {
            RestartRules.Never => ended.TrueForAll(state => state?.ExitCode == 0) ? Succeeded : Failed,
            RestartRules.OnFailure => ended.TrueForAll(state => state?.ExitCode == 0) ? Succeeded : Running,
            _ => Running,
        };
    }
}
