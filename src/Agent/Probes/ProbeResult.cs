namespace Orchestrator.Agent.Probes;

internal readonly record struct ProbeResult(bool Success, string Output)
{
    public static ProbeResult Passed { get; } = new(true, "");

    public static ProbeResult Failed(string output) => new(false, output);
}
