namespace Orchestrator.Agent.Probes;

internal readonly record struct ProbeResult(bool Success, string Output)
{
    public static ProbeResult Passed { get; } = new(true, "");

    /// <summary>The question could not be put.</summary>
    public bool IsUnknown { get; private init; }

    public static ProbeResult Unknown(string output) => new(false, output) { IsUnknown = true };

    public static ProbeResult Failed(string output) => new(false, output);
}
