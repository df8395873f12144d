using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>nodeSelector and required node affinity.</summary>
internal sealed class NodeSelectorFilter : IFilter
{
    public string? Reject(PodClass pod, NodeInfo node) =>
        NodeAffinityRules.Allows(pod.Spec, node.Node!.Metadata) ? null : "node(s) didn't match Pod's node affinity/selector"; // Only known nodes are asked about.
}
