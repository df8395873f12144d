using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Planning;

internal static class InitContainers
{
    /// <summary>It ended well; or its record is gone and what comes after it proves that it did.</summary>
    public static bool IsDone(PodFacts facts, V1Container container) => facts.Latest(container.Name) switch
    {
        { State: ContainerState.Exited, ExitCode: 0 } => true,
        null => After(facts, container).Any(name => facts.Latest(name) is not null) || WasReported(facts, container),
        _ => false,
    };

    public static bool AllDone(PodFacts facts) => (facts.Pod.Spec.InitContainers ?? []).All(container => IsDone(facts, container));

    /// <summary>It failed, and the pod's restart policy gives it no other try.</summary>
    public static bool HasFailed(PodFacts facts) => facts.Pod.Spec.RestartPolicy == RestartRules.Never
        && (facts.Pod.Spec.InitContainers ?? []).Any(c => facts.Latest(c.Name) is { State: ContainerState.Exited, ExitCode: not 0 });

    private static IEnumerable<string> After(PodFacts facts, V1Container container) =>
        (facts.Pod.Spec.InitContainers ?? []).SkipWhile(other => other.Name != container.Name).Skip(1)
            .Concat(facts.Pod.Spec.Containers).Select(other => other.Name);

    private static bool WasReported(PodFacts facts, V1Container container) =>
        facts.Pod.Status?.InitContainerStatuses?.Any(status => status.Name == container.Name && status.State?.Terminated?.ExitCode == 0) == true;
}
