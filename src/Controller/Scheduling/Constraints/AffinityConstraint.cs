namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>Required pod affinity and anti-affinity, the pod's own and that of placed pods. Source: Kubernetes documentation, "Inter-pod affinity".</summary>
internal sealed class AffinityConstraint(ReasonNames reasons) : IConstraint
{
    private readonly int _affinity = reasons.IdOf("node(s) didn't match pod affinity rules", lasting: true);
    private readonly int _antiAffinity = reasons.IdOf("node(s) didn't match pod anti-affinity rules", lasting: false);
    private readonly int _others = reasons.IdOf("node(s) didn't satisfy existing pods anti-affinity rules", lasting: false);

    public bool Concerns(ClusterState state, PodClass pod, PlacementView view) =>
        !pod.RequiredAffinity.IsEmpty || !pod.RequiredAntiAffinity.IsEmpty || Repelling(state, pod).Any();

    public void Apply(ClusterState state, PodClass pod, PlacementView view, Round round)
    {
        if (!pod.RequiredAffinity.IsEmpty)
        {
            Attract(state, pod, round);
        }
        foreach (var term in pod.RequiredAntiAffinity)
        {
            Repel(state, term.TopologyKey, Domains.Matching(state, term.Scope), _antiAffinity, round);
        }
        foreach (var held in Repelling(state, pod))
        {
            Repel(state, held.TopologyKey, held.Carriers, _others, round);
        }
    }

    private static IEnumerable<HeldTerm> Repelling(ClusterState state, PodClass pod) =>
        state.Terms.Held.Where(held => held.Effect == HeldEffect.Repels && held.Carriers.Total > 0 && state.Terms.Matches(held, pod));

    private void Attract(ClusterState state, PodClass pod, Round round)
    {
        // A pod counts that all terms match.
        var friends = state.Term($"all|{string.Join("||", pod.RequiredAffinity.Select(term => term.Scope.Key))}", (terms, id) => new PodTerm(
            id, one => pod.RequiredAffinity.All(term => terms.Matches(term.Scope, one)) ? 1 : 0, skipsTerminating: false,
            pod.RequiredAffinity.Any(term => term.Scope.NamespaceSelector is not null)));
        // The first of a group that wants to be together goes anywhere.
        var isFirst = friends.Total == 0 && pod.RequiredAffinity.All(term => state.Terms.Matches(term.Scope, pod));
        foreach (var term in pod.RequiredAffinity)
        {
            var topology = state.Topology(term.TopologyKey);
            var sums = Domains.Sum(topology, friends);
            var domains = topology.Domains;
            for (var node = 0; node < round.Count; node++)
            {
                if (round.Scores[node] >= 0 && (domains[node] < 0 || (sums[domains[node]] == 0 && !isFirst)))
                {
                    round.Reject(node, _affinity);
                }
            }
        }
    }

    private static void Repel(ClusterState state, string key, PodTerm term, int reason, Round round)
    {
        if (term.Total == 0)
        {
            return;
        }
        var topology = state.Topology(key);
        var sums = Domains.Sum(topology, term);
        var domains = topology.Domains;
        for (var node = 0; node < round.Count; node++)
        {
            if (round.Scores[node] >= 0 && domains[node] >= 0 && sums[domains[node]] > 0)
            {
                round.Reject(node, reason);
            }
        }
    }
}
