namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>The larger the free share of CPU, memory and pod places after the pod, the better.</summary>
internal sealed class LeastAllocatedScorer : IScorer
{
    public int Weight => 1;

    public double Score(PodInfo pod, NodeInfo node)
    {
        var used = node.Requested.Plus(pod.Requests);
        return (Free(used.CpuMillicores, node.Allocatable.CpuMillicores) + Free(used.MemoryBytes, node.Allocatable.MemoryBytes)
            + Free(node.PodCount + 1, node.AllocatablePods)) / 3;
    }

    private static double Free(double used, double all) => all <= 0 ? 0 : Math.Max(0, (all - used) * 100 / all);
}
