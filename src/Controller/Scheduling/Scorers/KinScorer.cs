namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>Fewer pods of the same controller on a node are better, for pods that say nothing of spreading themselves.</summary>
internal sealed class KinScorer : IScorer
{
    public string Name => "DefaultSpread";

    public double Score(PodClass pod, NodeInfo node) => pod.Spread.IsEmpty ? 100.0 / (1 + node.KinOf(pod)) : 0;
}
