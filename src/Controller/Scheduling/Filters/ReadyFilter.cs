namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>A node takes pods once its agent has said that it is ready; taints say the same, but a moment later.</summary>
internal sealed class ReadyFilter : IFilter
{
    public string? Reject(PodClass pod, NodeInfo node) =>
        node.Node!.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true // Only known nodes are asked about.
            ? null : "node(s) were not ready";
}
