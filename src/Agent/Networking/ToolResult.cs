namespace Orchestrator.Agent.Networking;

internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <exception cref="NetworkToolException">It failed.</exception>
    public ToolResult Succeeded(string what) => ExitCode == 0 ? this : throw new NetworkToolException($"{what}: {(Error.Length > 0 ? Error : $"exit code {ExitCode}")}");
}
