namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>CPU and memory used to a like share are better: neither is left over where the other is gone.</summary>
internal sealed class BalancedAllocationScorer : IScorer
{
    public string Name => "NodeResourcesBalancedAllocation";

    public double Score(PodClass pod, NodeInfo node)
    {
        var cpu = Share(node.Requested.CpuMillicores + pod.Requests.CpuMillicores, node.Allocatable.CpuMillicores);
        var memory = Share(node.Requested.MemoryBytes + pod.Requests.MemoryBytes, node.Allocatable.MemoryBytes);
        return 100 * (1 - (Math.Abs(cpu - memory) / 2));
    }

    private static double Share(double used, double all) => all <= 0 ? 1 : Math.Min(1, used / all);
}
