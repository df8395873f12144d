namespace Orchestrator.Model.Daemons;

/// <param name="ShouldRun">The node is to have the DaemonSet's pod.</param>
/// <param name="MayStay">A pod that is there stays: what keeps new ones away does not drive it out.</param>
public readonly record struct DaemonFit(bool ShouldRun, bool MayStay);
