namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>How well a node suits a pod that it can take, by the node alone. Pure; 0 is worst, 100 is best.</summary>
internal interface IScorer
{
    /// <summary>The name that its weight is set by, as Kubernetes' scheduler names its plugins.</summary>
    string Name { get; }

    double Score(PodClass pod, NodeInfo node);
}
