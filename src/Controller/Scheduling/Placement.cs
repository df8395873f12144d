using System.Collections.Immutable;
using Orchestrator.Controller.Scheduling.Constraints;

namespace Orchestrator.Controller.Scheduling;

/// <param name="Node">The node chosen; null when none can take the pod.</param>
/// <param name="Score">Of the node chosen.</param>
internal readonly record struct Choice(NodeInfo? Node, double Score);

/// <summary>
/// Chooses a node for a pod: every node is judged, the best is taken. That it is cheap comes of judging a node again only when it changed;
/// the choice is that of a search through all nodes.
/// </summary>
internal sealed class Placement(ClusterState state, NodeJudge judge, ImmutableArray<IConstraint> constraints)
{
    private const int ViewLimit = 64;

    private readonly Dictionary<PodClass, LinkedListNode<(PodClass Class, PlacementView View)>> _views = [];
    private readonly LinkedList<(PodClass Class, PlacementView View)> _recent = [];
    private readonly Round _round = new();

    public Choice Choose(PodClass pod)
    {
        var scores = Decide(pod).Scores;
        NodeInfo? best = null;
        var bestScore = -1.0;
        for (var index = 0; index < scores.Length; index++)
        {
            var score = scores[index];
            if (score < 0 || score < bestScore)
            {
                continue;
            }
            var node = state.Slots[index];
            if (node is not null && (best is null || score > bestScore || node.PodCount < best.PodCount))
            {
                (best, bestScore) = (node, score);
            }
        }
        return new(best, bestScore);
    }

    /// <summary>Every known node: what it is worth, or why it can't take the pod.</summary>
    public IReadOnlyList<(NodeInfo Node, double Score, int Reason)> Judge(PodClass pod)
    {
        var decision = Decide(pod);
        var (scores, reasons) = (decision.Scores.ToArray(), decision.Reasons.ToArray());
        var judged = new List<(NodeInfo, double, int)>();
        for (var index = 0; index < scores.Length; index++)
        {
            if (state.Slots[index] is { Node: not null } node)
            {
                judged.Add((node, scores[index], reasons[index]));
            }
        }
        return judged;
    }

    /// <summary>Why no node can take the pod, with a count per reason.</summary>
    public string Explain(PodClass pod)
    {
        var judged = Judge(pod);
        if (judged.Count == 0)
        {
            return "no nodes available to schedule pods";
        }
        var reasons = judged.Where(node => node.Score < 0).GroupBy(node => judge.Reasons[node.Reason], StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {group.Key}").Order(StringComparer.Ordinal);
        return $"0/{judged.Count} nodes are available: {string.Join(", ", reasons)}.";
    }

    /// <summary>Whether this node, as it is at this moment, can take the pod.</summary>
    public bool Fits(PodClass pod, NodeInfo node)
    {
        var view = ViewOf(pod);
        var verdict = judge.Judge(pod, node);
        if (verdict.Score < 0 || view.Count <= node.Index)
        {
            return false;
        }
        _round.Begin(view);
        _round.Only(node.Index, verdict.Score);
        Constrain(pod, view);
        return _round.Scores[node.Index] >= 0;
    }

    /// <summary>Whether a node by itself could take the pod, whatever runs elsewhere.</summary>
    public bool CouldFit(PodClass pod, NodeInfo node) => node.Node is not null && judge.Judge(pod, node).Score >= 0;

    private Decision Decide(PodClass pod)
    {
        var view = ViewOf(pod);
        view.Refresh(state, pod, judge);
        if (!constraints.Any(constraint => constraint.Concerns(state, pod, view)))
        {
            return new(view.Scores.AsSpan(0, view.Count), view.Reasons.AsSpan(0, view.Count));
        }
        _round.Begin(view);
        Constrain(pod, view);
        return new(_round.Scores.AsSpan(0, _round.Count), _round.Reasons.AsSpan(0, _round.Count));
    }

    private void Constrain(PodClass pod, PlacementView view)
    {
        foreach (var constraint in constraints)
        {
            if (constraint.Concerns(state, pod, view))
            {
                constraint.Apply(state, pod, view, _round);
            }
        }
    }

    private PlacementView ViewOf(PodClass pod)
    {
        if (_views.TryGetValue(pod, out var known))
        {
            _recent.Remove(known);
            _recent.AddFirst(known);
            return known.Value.View;
        }
        if (_views.Count >= ViewLimit && _recent.Last is { } oldest)
        {
            _views.Remove(oldest.Value.Class);
            _recent.RemoveLast();
        }
        var made = _recent.AddFirst((pod, new PlacementView()));
        _views[pod] = made;
        return made.Value.View;
    }

    private readonly ref struct Decision(ReadOnlySpan<double> scores, ReadOnlySpan<int> reasons)
    {
        public ReadOnlySpan<double> Scores { get; } = scores;
        public ReadOnlySpan<int> Reasons { get; } = reasons;
    }
}
