namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>Preferred pod affinity and anti-affinity, the pod's own and that of placed pods.</summary>
internal sealed class AttractionConstraint(double weight) : IConstraint
{
    private double[] _raw = [];

    public bool Concerns(ClusterState state, PodClass pod, PlacementView view) =>
        weight > 0 && (!pod.PreferredAffinity.IsEmpty || Attracting(state, pod).Any());

    public void Apply(ClusterState state, PodClass pod, PlacementView view, Round round)
    {
        if (_raw.Length < round.Count)
        {
            _raw = new double[round.Count * 2];
        }
        Array.Clear(_raw, 0, round.Count);
        foreach (var term in pod.PreferredAffinity)
        {
            Add(state, term.TopologyKey, Domains.Matching(state, term.Scope), term.Weight, round.Count);
        }
        foreach (var held in Attracting(state, pod))
        {
            Add(state, held.TopologyKey, held.Carriers, 1, round.Count);
        }
        round.AddScaled(_raw, weight, fromZero: false);
    }

    private static IEnumerable<HeldTerm> Attracting(ClusterState state, PodClass pod) =>
        state.Terms.Held.Where(held => held.Effect == HeldEffect.Attracts && state.Terms.Matches(held, pod));

    private void Add(ClusterState state, string key, PodTerm term, int weight, int count)
    {
        var topology = state.Topology(key);
        var sums = Domains.Sum(topology, term);
        var domains = topology.Domains;
        for (var node = 0; node < count; node++)
        {
            if (domains[node] >= 0)
            {
                _raw[node] += (double)weight * sums[domains[node]];
            }
        }
    }
}
