using k8s.Models;

namespace Orchestrator.Model.Scheduling;

/// <summary>nodeSelector and node affinity terms against a node. Pure. Source: Kubernetes documentation, "Assigning Pods to Nodes".</summary>
public static class NodeAffinityRules
{
    /// <summary>Whether a pod's nodeSelector and required node affinity allow the node.</summary>
    public static bool Allows(V1PodSpec pod, V1ObjectMeta node)
    {
        if (pod.NodeSelector is { Count: > 0 } selector && !LabelSelector.FromLabels(selector).Matches(node.Labels))
        {
            return false;
        }
        var required = pod.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        return required is null || required.NodeSelectorTerms.Any(term => Matches(term, node));
    }

    /// <summary>Whether a preferred term holds for the node; unlike a required one, an empty term does.</summary>
    public static bool Prefers(V1NodeSelectorTerm term, V1ObjectMeta node) => IsEmpty(term) || Matches(term, node);

    /// <summary>Whether a required term holds for the node; an empty one does for none.</summary>
    public static bool Holds(V1NodeSelectorTerm term, V1ObjectMeta node) => Matches(term, node);

    // An empty term matches nothing.
    private static bool Matches(V1NodeSelectorTerm term, V1ObjectMeta node) => !IsEmpty(term)
        && (term.MatchExpressions ?? []).All(item => Matches(item, node.Labels?.TryGetValue(item.Key, out var value) == true ? value : null))
        && (term.MatchFields ?? []).All(item => Matches(item, item.Key == "metadata.name" ? node.Name : null));

    private static bool IsEmpty(V1NodeSelectorTerm term) => term.MatchExpressions is not { Count: > 0 } && term.MatchFields is not { Count: > 0 };

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
