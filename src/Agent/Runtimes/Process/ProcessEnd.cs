namespace Orchestrator.Agent.Runtimes.Process;

internal static class ProcessEnd
{
    /// <summary>Kills a command with all it started, if it still runs.</summary>
    public static void Kill(System.Diagnostics.Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended in between.
        }
    }
}
