namespace Orchestrator.Controller.Scheduling.Volumes;

/// <summary>A claim that a pod needs.</summary>
/// <param name="Name">In the pod's namespace.</param>
/// <param name="IsEphemeral">Made for the pod.</param>
internal readonly record struct PodClaim(string Name, bool IsEphemeral);
