namespace Orchestrator.Agent.Volumes.Persistent;

/// <param name="ExitCode">0 is success.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
