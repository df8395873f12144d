namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <param name="Phase">What the status should say.</param>
/// <param name="Delete">The object is to be deleted: its reclaim policy says so, and it is nobody's any more.</param>
/// <param name="Unbind">The claim has another volume: this one is to be free again.</param>
/// <param name="Finalizers">Those to be taken away.</param>
internal sealed record VolumePlan(string Phase, string? Message, bool Delete, bool Unbind, IReadOnlyList<string> Finalizers);
