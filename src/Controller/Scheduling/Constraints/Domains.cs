namespace Orchestrator.Controller.Scheduling.Constraints;

internal static class Domains
{
    /// <summary>Counts by node summed up by domain.</summary>
    /// <param name="eligible">Nodes that count; null for all.</param>
    public static int[] Sum(Topology topology, PodTerm term, bool[]? eligible = null)
    {
        var sums = new int[topology.Count];
        var domains = topology.Domains;
        var counts = term.PerNode;
        var length = Math.Min(domains.Length, counts.Length);
        for (var node = 0; node < length; node++)
        {
            if (counts[node] != 0 && domains[node] >= 0 && (eligible is null || eligible[node]))
            {
                sums[domains[node]] += counts[node];
            }
        }
        return sums;
    }

    /// <summary>Pods that a scope matches.</summary>
    public static PodTerm Matching(ClusterState state, PodScope scope) => state.Term($"match|{scope.Key}", (terms, id) =>
        new PodTerm(id, pod => terms.Matches(scope, pod) ? 1 : 0, skipsTerminating: false, scope.NamespaceSelector is not null));
}
