namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>A rule that says whether a node can take a pod. Pure; a new rule is a new type.</summary>
internal interface IFilter
{
    /// <returns>Null when it can; else why not, worded so that nodes with the same reason can be counted.</returns>
    string? Reject(PodClass pod, NodeInfo node);

    /// <summary>What it rejects for lasts whatever pods go away from the node.</summary>
    bool IsLasting => true;
}
