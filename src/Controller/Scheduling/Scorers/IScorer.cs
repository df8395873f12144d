namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>How well a node suits a pod that it can take. Pure; 0 is worst, 100 is best.</summary>
internal interface IScorer
{
    int Weight { get; }

    double Score(PodInfo pod, NodeInfo node);
}
