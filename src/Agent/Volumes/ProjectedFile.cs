namespace Orchestrator.Agent.Volumes;

/// <param name="Path">Relative to the volume, with <c>/</c>.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record ProjectedFile(string Path, byte[] Content, int Mode);
