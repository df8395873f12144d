namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>Something that is counted of the pods on each node: how many a scope matches, or how many carry a term towards others.</summary>
internal sealed class PodTerm(int id, Func<PodClass, int> weight, bool skipsTerminating, bool dependsOnNamespaces)
{
    public int Id => id;

    /// <summary>Pods that are on their way out do not count.</summary>
    public bool SkipsTerminating => skipsTerminating;

    /// <summary>What it counts changes with the labels of namespaces.</summary>
    public bool DependsOnNamespaces => dependsOnNamespaces;

    /// <summary>By the node's index.</summary>
    public int[] PerNode { get; private set; } = [];

    public long Total { get; private set; }

    /// <summary>What one pod of the class counts for.</summary>
    public int WeightOf(PodClass pod) => pod.CachedWeight(id, weight);

    public void Add(int node, int amount)
    {
        if (PerNode.Length <= node)
        {
            var grown = new int[Math.Max(64, (node + 1) * 2)];
            PerNode.CopyTo(grown, 0);
            PerNode = grown;
        }
        PerNode[node] += amount;
        Total += amount;
    }

    public void Clear()
    {
        Array.Clear(PerNode);
        Total = 0;
    }
}
