namespace Orchestrator.Controller.Tests.Hostile;

/// <param name="Method">Any text that can stand there.</param>
/// <param name="Target">Path and query, as they go over the wire.</param>
/// <param name="Body">Null for none.</param>
/// <param name="ContentType">Null for none.</param>
/// <param name="Headers">More of them.</param>
public sealed record HostileRequest(string Method, string Target, byte[]? Body, string? ContentType, IReadOnlyList<(string Name, string Value)> Headers);
