using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>A term of pod affinity or anti-affinity.</summary>
/// <param name="Weight">Of a preferred term, 1 to 100; 0 for a required one.</param>
internal sealed record AffinityTerm(PodScope Scope, string TopologyKey, int Weight)
{
    public static ImmutableArray<AffinityTerm> Required(IEnumerable<V1PodAffinityTerm>? terms, string @namespace, IReadOnlyDictionary<string, string> labels) =>
        [.. (terms ?? []).Select(term => Of(term, 0, @namespace, labels))];

    public static ImmutableArray<AffinityTerm> Preferred(IEnumerable<V1WeightedPodAffinityTerm>? terms, string @namespace, IReadOnlyDictionary<string, string> labels) =>
        [.. (terms ?? []).Where(term => term.PodAffinityTerm is not null).Select(term => Of(term.PodAffinityTerm, term.Weight, @namespace, labels))];

    private static AffinityTerm Of(V1PodAffinityTerm term, int weight, string @namespace, IReadOnlyDictionary<string, string> labels)
    {
        var selector = LabelSelector.From(term.LabelSelector);
        // Keys whose values are the pod's own: of its own revision, say. Without a selector they mean nothing.
        var own = (term.MatchLabelKeys ?? []).Where(labels.ContainsKey).Select(key => new LabelRequirement(key, LabelOperator.In, [labels[key]]));
        var others = (term.MismatchLabelKeys ?? []).Where(labels.ContainsKey).Select(key => new LabelRequirement(key, LabelOperator.NotIn, [labels[key]]));
        ImmutableArray<LabelRequirement> more = [.. own, .. others];
        if (term.LabelSelector is not null && more.Length > 0)
        {
            selector = LabelSelector.Of([.. selector.Requirements, .. more]);
        }
        ImmutableSortedSet<string> namespaces = term.Namespaces is { Count: > 0 } named ? [.. named] : term.NamespaceSelector is null ? [@namespace] : [];
        return new(new(selector, namespaces, term.NamespaceSelector is null ? null : LabelSelector.From(term.NamespaceSelector)), term.TopologyKey, weight);
    }
}
