namespace Orchestrator.Controller.Scheduling.Filters;

internal sealed class HostPortFilter : IFilter
{
    public bool IsLasting => false;

    public string? Reject(PodClass pod, NodeInfo node) =>
        pod.HostPorts.Length > 0 && node.HostPorts.Any(taken => pod.HostPorts.Any(wanted => wanted.Conflicts(taken)))
            ? "node(s) didn't have free ports for the requested pod ports" : null;
}
