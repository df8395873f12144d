using k8s.Models;

namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>The node's agent must have the handler of the pod's RuntimeClass.</summary>
internal sealed class RuntimeClassFilter(Func<string, V1RuntimeClass?> find) : IFilter
{
    public string? Reject(PodClass pod, NodeInfo node)
    {
        if (string.IsNullOrEmpty(pod.Spec.RuntimeClassName))
        {
            return null;
        }
        if (find(pod.Spec.RuntimeClassName) is not { } runtimeClass)
        {
            return $"RuntimeClass \"{pod.Spec.RuntimeClassName}\" does not exist";
        }
        if (node.Node!.Status?.RuntimeHandlers?.Any(handler => handler.Name == runtimeClass.Handler) != true) // Only known nodes are asked about.
        {
            return $"node(s) don't have the runtime handler \"{runtimeClass.Handler}\"";
        }
        return runtimeClass.Scheduling?.NodeSelector is { Count: > 0 } selector && !Model.LabelSelector.FromLabels(selector).Matches(node.Node.Metadata.Labels)
            ? $"node(s) didn't match the node selector of RuntimeClass \"{pod.Spec.RuntimeClassName}\"" : null;
    }
}
