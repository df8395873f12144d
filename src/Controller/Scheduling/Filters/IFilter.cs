namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>A rule that says whether a node can take a pod. Pure; a new rule is a new type.</summary>
internal interface IFilter
{
    /// <returns>Null when it can; else why not, worded so that nodes with the same reason can be counted.</returns>
    string? Reject(PodInfo pod, NodeInfo node);
}
