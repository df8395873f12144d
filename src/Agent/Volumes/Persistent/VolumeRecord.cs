namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>What this node knows of a volume that it keeps, on disk beside it.</summary>
/// <param name="Order">As it was made, or is being made.</param>
/// <param name="IsGuest">Another node keeps it: here it is only mounted for pods.</param>
/// <param name="IsConfirmed">The API knows that it is there: from then on it may hold somebody's data.</param>
/// <param name="IsMounted">A driver was asked to mount it, and has not taken that back since.</param>
internal sealed record VolumeRecord(VolumeOrder Order, bool IsConfirmed, bool IsGuest = false, bool IsMounted = false);
