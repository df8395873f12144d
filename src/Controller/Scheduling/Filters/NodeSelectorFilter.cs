using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>nodeSelector and required node affinity. Source: Kubernetes documentation, "Assigning Pods to Nodes".</summary>
internal sealed class NodeSelectorFilter : IFilter
{
    private const string Reason = "node(s) didn't match Pod's node affinity/selector";

    public string? Reject(PodClass pod, NodeInfo node)
    {
        var labels = node.Node!.Metadata.Labels; // Only known nodes are asked about.
        if (pod.Spec.NodeSelector is { Count: > 0 } selector && !LabelSelector.FromLabels(selector).Matches(labels))
        {
            return Reason;
        }
        var required = pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        return required is null || required.NodeSelectorTerms.Any(term => Matches(term, node)) ? null : Reason;
    }

    /// <summary>Whether a preferred term holds for the node; unlike a required one, an empty term does.</summary>
    public static bool Prefers(V1NodeSelectorTerm term, NodeInfo node) =>
        (term.MatchExpressions is not { Count: > 0 } && term.MatchFields is not { Count: > 0 }) || Matches(term, node);

    private static bool Matches(V1NodeSelectorTerm term, NodeInfo node)
    {
        // An empty term matches nothing.
        if (term.MatchExpressions is not { Count: > 0 } && term.MatchFields is not { Count: > 0 })
        {
            return false;
        }
        return (term.MatchExpressions ?? []).All(item => Matches(item, node.Node!.Metadata.Labels?.TryGetValue(item.Key, out var value) == true ? value : null)) // As above.
            && (term.MatchFields ?? []).All(item => Matches(item, item.Key == "metadata.name" ? node.Name : null));
    }

    private static bool Matches(V1NodeSelectorRequirement requirement, string? value)
    {
        try
        {
            return LabelSelector.From(requirement.Key, requirement.OperatorProperty, requirement.Values).Matches(value);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
