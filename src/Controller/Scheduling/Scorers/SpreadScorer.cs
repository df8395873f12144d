namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>Fewer pods of the same controller on a node are better.</summary>
internal sealed class SpreadScorer : IScorer
{
    public int Weight => 2;

    public double Score(PodInfo pod, NodeInfo node) => 100.0 / (1 + node.KinOf(pod));
}
