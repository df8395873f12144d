using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>A topology spread constraint. Source: Kubernetes documentation, "Pod Topology Spread Constraints".</summary>
/// <param name="MinDomains">With fewer eligible domains than this, the least count is taken for zero.</param>
/// <param name="HonorsAffinity">Only nodes count that the pod's nodeSelector and node affinity allow.</param>
/// <param name="HonorsTaints">Only nodes count whose taints the pod tolerates.</param>
internal sealed record SpreadTerm(PodScope Scope, string TopologyKey, int MaxSkew, int MinDomains, bool Required, bool HonorsAffinity, bool HonorsTaints)
{
    public static ImmutableArray<SpreadTerm> Of(IEnumerable<V1TopologySpreadConstraint>? constraints, string @namespace, IReadOnlyDictionary<string, string> labels) =>
        [.. (constraints ?? []).Select(constraint => Of(constraint, @namespace, labels))];

    private static SpreadTerm Of(V1TopologySpreadConstraint constraint, string @namespace, IReadOnlyDictionary<string, string> labels)
    {
        var selector = LabelSelector.From(constraint.LabelSelector);
        var own = (constraint.MatchLabelKeys ?? []).Where(labels.ContainsKey).Select(key => new LabelRequirement(key, LabelOperator.In, [labels[key]])).ToArray();
        if (constraint.LabelSelector is not null && own.Length > 0)
        {
            selector = LabelSelector.Of([.. selector.Requirements, .. own]);
        }
        return new(new(selector, [@namespace], null), constraint.TopologyKey, constraint.MaxSkew, constraint.MinDomains ?? 1,
            constraint.WhenUnsatisfiable != "ScheduleAnyway", constraint.NodeAffinityPolicy != "Ignore", constraint.NodeTaintsPolicy == "Honor");
    }
}
