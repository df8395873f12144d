namespace Orchestrator.Controller.Scheduling.Filters;

internal sealed class ResourceFilter : IFilter
{
    public string? Reject(PodInfo pod, NodeInfo node)
    {
        if (node.PodCount + 1 > node.AllocatablePods)
        {
            return "Too many pods";
        }
        var (wanted, free) = (pod.Requests, node.Allocatable.Minus(node.Requested));
        if (wanted.CpuMillicores > 0 && wanted.CpuMillicores > free.CpuMillicores)
        {
            return "Insufficient cpu";
        }
        if (wanted.MemoryBytes > 0 && wanted.MemoryBytes > free.MemoryBytes)
        {
            return "Insufficient memory";
        }
        foreach (var (name, amount) in wanted.Others)
        {
            if (amount > 0 && amount > free.Others.GetValueOrDefault(name))
            {
                return $"Insufficient {name}";
            }
        }
        return null;
    }
}
