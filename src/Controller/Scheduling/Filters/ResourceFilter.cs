namespace Orchestrator.Controller.Scheduling.Filters;

internal sealed class ResourceFilter : IFilter
{
    public bool IsLasting => false;

    public string? Reject(PodClass pod, NodeInfo node)
    {
        var (requested, pods) = node.TakenFor(pod.Priority);
        if (pods + 1 > node.AllocatablePods)
        {
            return "Too many pods";
        }
        var (wanted, free) = (pod.Requests, node.Allocatable.Minus(requested));
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
