namespace Orchestrator.Cmdlets;

public enum HopResult
{
    Passed,
    Failed,

    /// <summary>There is nothing to test here.</summary>
    Skipped,
}
