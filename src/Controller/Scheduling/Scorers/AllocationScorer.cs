namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>The larger the free share of CPU, memory and pod places after the pod, the better; or, to pack nodes full, the smaller.</summary>
internal sealed class AllocationScorer(bool most) : IScorer
{
    public string Name => "NodeResourcesFit";

    public double Score(PodClass pod, NodeInfo node)
    {
        var (cpu, memory) = (node.Requested.CpuMillicores + pod.Requests.CpuMillicores, node.Requested.MemoryBytes + pod.Requests.MemoryBytes);
        var free = (Free(cpu, node.Allocatable.CpuMillicores) + Free(memory, node.Allocatable.MemoryBytes) + Free(node.PodCount + 1, node.AllocatablePods)) / 3;
        return most ? 100 - free : free;
    }

    private static double Free(double used, double all) => all <= 0 ? 0 : Math.Max(0, (all - used) * 100 / all);
}
