using System.Runtime.Versioning;

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

    /// <summary>Kills one process and waits for its end, a second at most.</summary>
    /// <param name="isMeant">Asked once the process is held: whoever has the id by then may be a stranger.</param>
    /// <returns>False when it was not there, or not meant.</returns>
    [SupportedOSPlatform("linux")]
    public static bool KillAndWait(int pid, Func<bool> isMeant)
    {
        using var pidfd = Native.OpenPidfd(pid);
        if (pidfd is null || !isMeant())
        {
            return false;
        }
        _ = Native.Kill(pid, Native.SigKill);
        var poll = new[] { new Native.PollFd { Fd = (int)pidfd.DangerousGetHandle(), Events = Native.PollIn } };
        _ = Native.Poll(poll, 1, 1000);
        return true;
    }
}
