using System.Collections.Immutable;

namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>Topology spread: what must not be exceeded, and what is better.</summary>
internal sealed class SpreadConstraint(double weight, ReasonNames reasons) : IConstraint
{
    private readonly int _skewed = reasons.IdOf("node(s) didn't match pod topology spread constraints", lasting: false);
    private readonly int _unlabelled = reasons.IdOf("node(s) didn't match pod topology spread constraints (missing required label)", lasting: true);
    private double[] _raw = [];
    private bool[] _eligible = [];

    public bool Concerns(ClusterState state, PodClass pod, PlacementView view) => !pod.Spread.IsEmpty;

    public void Apply(ClusterState state, PodClass pod, PlacementView view, Round round)
    {
        if (_raw.Length < round.Count)
        {
            (_raw, _eligible) = (new double[round.Count * 2], new bool[round.Count * 2]);
        }
        ImmutableArray<SpreadTerm> required = [.. pod.Spread.Where(term => term.Required)];
        foreach (var term in required)
        {
            Limit(state, pod, view, round, term, required);
        }
        ImmutableArray<SpreadTerm> wanted = [.. pod.Spread.Where(term => !term.Required)];
        if (!wanted.IsEmpty)
        {
            Prefer(state, view, round, wanted);
        }
    }

    private void Limit(ClusterState state, PodClass pod, PlacementView view, Round round, SpreadTerm term, ImmutableArray<SpreadTerm> all)
    {
        var topology = state.Topology(term.TopologyKey);
        var domains = topology.Domains;
        Choose(state, view, round.Count, term, all);
        var sums = Domains.Sum(topology, Counted(state, term.Scope), _eligible);
        var present = new bool[topology.Count];
        for (var node = 0; node < round.Count; node++)
        {
            if (_eligible[node])
            {
                present[domains[node]] = true;
            }
        }
        var (least, count) = (int.MaxValue, 0);
        for (var domain = 0; domain < sums.Length; domain++)
        {
            if (present[domain])
            {
                (least, count) = (Math.Min(least, sums[domain]), count + 1);
            }
        }
        least = count < term.MinDomains || count == 0 ? 0 : least;
        var self = state.Terms.Matches(term.Scope, pod) ? 1 : 0;
        for (var node = 0; node < round.Count; node++)
        {
            if (round.Scores[node] < 0)
            {
                continue;
            }
            if (domains[node] < 0)
            {
                round.Reject(node, _unlabelled);
            }
            else if (sums[domains[node]] + self - least > term.MaxSkew)
            {
                round.Reject(node, _skewed);
            }
        }
    }

    private void Prefer(ClusterState state, PlacementView view, Round round, ImmutableArray<SpreadTerm> wanted)
    {
        Array.Clear(_raw, 0, round.Count);
        foreach (var term in wanted)
        {
            var topology = state.Topology(term.TopologyKey);
            var domains = topology.Domains;
            Choose(state, view, round.Count, term, wanted);
            var sums = Domains.Sum(topology, Counted(state, term.Scope), _eligible);
            // The more domains, the more a pod too many in one of them weighs.
            var scale = Math.Log(topology.Count + 2);
            for (var node = 0; node < round.Count; node++)
            {
                _raw[node] -= domains[node] < 0 ? short.MaxValue : (sums[domains[node]] * scale) + term.MaxSkew - 1;
            }
        }
        round.AddScaled(_raw, weight, fromZero: false);
    }

    // Nodes count that have the keys of all constraints of the kind, and that the policies let count.
    private void Choose(ClusterState state, PlacementView view, int count, SpreadTerm term, ImmutableArray<SpreadTerm> all)
    {
        for (var node = 0; node < count; node++)
        {
            _eligible[node] = state.Slots[node]?.Node is not null
                && (!term.HonorsAffinity || view.Allowed[node]) && (!term.HonorsTaints || view.Tolerated[node]);
        }
        foreach (var one in all)
        {
            var domains = state.Topology(one.TopologyKey).Domains;
            for (var node = 0; node < count; node++)
            {
                _eligible[node] &= domains[node] >= 0;
            }
        }
    }

    private static PodTerm Counted(ClusterState state, PodScope scope) => state.Term($"spread|{scope.Key}", (terms, id) =>
        new PodTerm(id, pod => terms.Matches(scope, pod) ? 1 : 0, skipsTerminating: true, dependsOnNamespaces: false));
}
