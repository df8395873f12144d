using System.Collections.Immutable;
using Orchestrator.Controller.Scheduling.Filters;
using Orchestrator.Controller.Scheduling.Scorers;

namespace Orchestrator.Controller.Scheduling;

/// <param name="Node">The node chosen; null when none can take the pod.</param>
/// <param name="Explanation">Why none can, with a count per reason; empty when one was chosen.</param>
internal readonly record struct Choice(NodeInfo? Node, string Explanation);

/// <summary>Chooses a node for a pod: the filters leave those that can take it, the scorers say which suits best. Pure.</summary>
internal sealed class Placement(ImmutableArray<IFilter> filters, ImmutableArray<IScorer> scorers)
{
    public Choice Choose(PodInfo pod, IEnumerable<NodeInfo> nodes)
    {
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (all, best, bestScore) = (0, (NodeInfo?)null, double.MinValue);
        foreach (var node in nodes.Where(node => node.Node is not null))
        {
            all++;
            if (Reject(pod, node) is { } reason)
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
                continue;
            }
            var score = scorers.Sum(scorer => scorer.Weight * scorer.Score(pod, node));
            if (best is null || score > bestScore || (score == bestScore && node.PodCount < best.PodCount))
            {
                (best, bestScore) = (node, score);
            }
        }
        return best is not null ? new(best, "") : new(null, Explain(all, reasons));
    }

    private string? Reject(PodInfo pod, NodeInfo node)
    {
        foreach (var filter in filters)
        {
            if (filter.Reject(pod, node) is { } reason)
            {
                return reason;
            }
        }
        return null;
    }

    private static string Explain(int all, SortedDictionary<string, int> reasons) => all == 0
        ? "no nodes available to schedule pods"
        : $"0/{all} nodes are available: {string.Join(", ", reasons.Select(reason => $"{reason.Value} {reason.Key}"))}.";
}
