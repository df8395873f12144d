namespace Orchestrator.Cmdlets;

/// <summary>A command to run in a pod.</summary>
/// <param name="Container">Null for the only one, or the one that the pod's annotation names.</param>
/// <param name="Input">It is given standard input.</param>
internal sealed record PodCommand(IReadOnlyList<string> Command, string? Container, bool Input, bool Tty = false);
