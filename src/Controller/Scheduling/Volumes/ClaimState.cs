namespace Orchestrator.Controller.Scheduling.Volumes;

/// <summary>How far the volumes are of a pod that has its node in mind.</summary>
internal enum ClaimState
{
    Waiting,
    /// <summary>All are there.</summary>
    Bound,
    /// <summary>The node cannot have them, or they are not to be had any more.</summary>
    Refused,
}
