using System.Collections.Immutable;
using Orchestrator.Controller.Scheduling.Filters;
using Orchestrator.Controller.Scheduling.Scorers;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Scheduling;

/// <param name="Score">Weighted sum; negative when the node can't take the pod.</param>
/// <param name="Reason">Which, as <see cref="ReasonNames"/> knows it; 0 for none.</param>
internal readonly record struct Verdict(double Score, int Reason, int Preference, int Avoidance, bool Allowed, bool Tolerated);

/// <summary>Asks every filter and scorer about one node.</summary>
internal sealed class NodeJudge(ImmutableArray<IFilter> filters, ImmutableArray<(IScorer Scorer, double Weight)> scorers, ReasonNames reasons)
{
    private static readonly NodeSelectorFilter Affinity = new();
    private static readonly TaintFilter Taints = new();

    public ReasonNames Reasons => reasons;

    public Verdict Judge(PodClass pod, NodeInfo node)
    {
        var (allowed, tolerated) = (true, true);
        if (!pod.Spread.IsEmpty)
        {
            (allowed, tolerated) = (Affinity.Reject(pod, node) is null, Taints.Reject(pod, node) is null);
        }
        foreach (var filter in filters)
        {
            if (filter.Reject(pod, node) is { } reason)
            {
                return new(-1, reasons.IdOf(reason, filter.IsLasting), 0, 0, allowed, tolerated);
            }
        }
        var score = 0.0;
        foreach (var (scorer, weight) in scorers)
        {
            score += weight * scorer.Score(pod, node);
        }
        return new(score, 0, Preference(pod, node), Avoidance(pod, node), allowed, tolerated);
    }

    private static int Preference(PodClass pod, NodeInfo node)
    {
        var sum = 0;
        foreach (var term in pod.Spec.Affinity?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? [])
        {
            if (term.Weight != 0 && NodeAffinityRules.Prefers(term.Preference, node.Node!.Metadata))
            {
                sum += term.Weight;
            }
        }
        return sum;
    }

    private static int Avoidance(PodClass pod, NodeInfo node)
    {
        var count = 0;
        foreach (var taint in node.Node?.Spec?.Taints ?? [])
        {
            if (taint.Effect == "PreferNoSchedule" && !Tolerations.Tolerates(pod.Spec.Tolerations, taint))
            {
                count++;
            }
        }
        return count;
    }
}
