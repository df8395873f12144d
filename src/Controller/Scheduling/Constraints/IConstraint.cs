namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>A rule that looks at a node among the others: at what runs in its zone, say.</summary>
internal interface IConstraint
{
    /// <summary>Whether it has anything to say about pods of this class, as the cluster is now.</summary>
    bool Concerns(ClusterState state, PodClass pod, PlacementView view);

    /// <summary>Rejects nodes, or adds to their scores.</summary>
    void Apply(ClusterState state, PodClass pod, PlacementView view, Round round);
}
