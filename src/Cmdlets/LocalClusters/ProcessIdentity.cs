using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Orchestrator.Cmdlets;

/// <summary>One process and no other: its id, and when it started, since ids are used again.</summary>
/// <param name="Start">On Linux ticks since boot (field 22 of <c>/proc/PID/stat</c>), elsewhere UTC ticks.</param>
internal readonly partial record struct ProcessIdentity(int Id, long Start)
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    public bool IsAlive => StartOf(Id) == Start;

    public static ProcessIdentity? Of(int id) => StartOf(id) is { } start ? new ProcessIdentity(id, start) : null;

    /// <summary>Asks it to end. Windows has no such signal for a process without a window: there it is ended.</summary>
    public void Terminate() => Send(SigTerm);

    public void Kill() => Send(SigKill);

    /// <returns>Whether it ended within the time.</returns>
    public async Task<bool> WaitForEndAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (IsAlive)
        {
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                return false;
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        return true;
    }

    private void Send(int signal)
    {
        if (!IsAlive)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(Id, signal);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }
    }

    private static long? StartOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The name in brackets may hold anything, spaces and brackets too: count the fields after the last one.
                var stat = File.ReadAllText($"/proc/{id}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
            }

            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int id, int signal);
}
