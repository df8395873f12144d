namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>A claim's volume as a pod of this node has it, written down in the pod's folder before it is used.</summary>
/// <param name="Volume">Name of the PersistentVolume.</param>
/// <param name="Order">How a driver makes it usable again; null where the path is all there is to it.</param>
/// <param name="Path">Where its files are.</param>
/// <param name="IsReadOnly">For all of the pod.</param>
/// <param name="Claim">Namespace and name of the claim, for figures.</param>
internal sealed record MountedClaim(string Volume, VolumeOrder? Order, string Path, bool IsReadOnly, string Claim);
