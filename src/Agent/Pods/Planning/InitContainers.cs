using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Planning;

internal static class InitContainers
{
    /// <summary>An init container that goes on running beside the main ones: a sidecar.</summary>
    public static bool IsSidecar(V1Container container) => container.RestartPolicy == RestartRules.Always;

    public static IEnumerable<V1Container> Sidecars(V1PodSpec spec) => (spec.InitContainers ?? []).Where(IsSidecar);

    /// <summary>
    /// What comes after it may start. It ended well, or, a sidecar, it has started; or its record is gone and what comes after it proves it.
    /// In a new sandbox all of them have to do their work again.
    /// </summary>
    public static bool IsDone(PodFacts facts, V1Container container)
    {
        var latest = facts.Latest(container.Name);
        if (latest is not null && !facts.IsOfThisSandbox(latest))
        {
            return false;
        }
        if (IsSidecar(container))
        {
            return latest is { State: ContainerState.Running } && facts.MemoryOf(container.Name).Started || IsFollowed(facts, container);
        }
        return latest switch
        {
            { State: ContainerState.Exited, ExitCode: 0 } => true,
            null => IsFollowed(facts, container) || WasReported(facts, container),
            _ => false,
        };
    }

    public static bool AllDone(PodFacts facts) => (facts.Pod.Spec.InitContainers ?? []).All(container => IsDone(facts, container));

    /// <summary>It failed, and the pod's restart policy gives it no other try.</summary>
    public static bool HasFailed(PodFacts facts) => facts.Pod.Spec.RestartPolicy == RestartRules.Never
        && (facts.Pod.Spec.InitContainers ?? []).Any(c => !IsSidecar(c) && facts.Latest(c.Name) is { State: ContainerState.Exited, ExitCode: not 0 });

    private static bool IsFollowed(PodFacts facts, V1Container container) =>
        (facts.Pod.Spec.InitContainers ?? []).SkipWhile(other => other.Name != container.Name).Skip(1).Concat(facts.Pod.Spec.Containers)
            .Any(other => facts.Latest(other.Name) is { } latest && facts.IsOfThisSandbox(latest));

    private static bool WasReported(PodFacts facts, V1Container container) =>
        facts.Pod.Status?.InitContainerStatuses?.Any(status => status.Name == container.Name && status.State?.Terminated?.ExitCode == 0) == true;
}
