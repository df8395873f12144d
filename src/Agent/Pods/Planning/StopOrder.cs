using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Planning;

/// <summary>Main containers end together; then the sidecars they may have needed until then, the last one started first.</summary>
internal static class StopOrder
{
    /// <returns>Those running containers whose turn it is to be stopped; all of them once the time is over.</returns>
    public static IReadOnlyList<ContainerObservation> Next(PodFacts facts, DateTimeOffset deadline)
    {
        var running = facts.Containers.Where(observation => observation.State == ContainerState.Running).ToList();
        var sidecars = InitContainers.Sidecars(facts.Pod.Spec).Select(container => container.Name).ToList();
        if (sidecars.Count == 0 || deadline <= facts.Now)
        {
            return running;
        }
        var others = running.Where(observation => !sidecars.Contains(observation.Name)).ToList();
        return others.Count > 0 ? others : [.. running.OrderByDescending(observation => sidecars.IndexOf(observation.Name)).Take(1)];
    }
}
