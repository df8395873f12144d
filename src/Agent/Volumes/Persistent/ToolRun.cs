using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// One run of a program with all that it starts: on Linux they are known by a variable that they inherit, on Windows by a job that ends with the agent.
/// </summary>
internal sealed class ToolRun : IDisposable
{
    private const string Marker = "ORCHESTRATOR_VOLUME_PROGRAM";
    // Processes that fork while they are swept are met again; one that the kernel does not let go of is not waited for.
    private const int SweepLimit = 5;
    private readonly SafeFileHandle? _job = OperatingSystem.IsWindows() ? WindowsNative.MakeJob() : null;

    /// <summary>Unlike that of any other run on this machine.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    public void Start(Process process)
    {
        process.StartInfo.Environment[Marker] = Id;
        process.Start();
        if (OperatingSystem.IsWindows() && _job is not null)
        {
            WindowsNative.Enter(_job, process.SafeHandle);
        }
    }

    /// <summary>Ends all of it that still runs.</summary>
    public void End()
    {
        End(Id);
        _job?.Dispose();
    }

    /// <summary>What it left running goes on by itself.</summary>
    public void Release()
    {
        if (OperatingSystem.IsWindows() && _job is { IsClosed: false })
        {
            WindowsNative.Release(_job);
        }
    }

    public void Dispose() => _job?.Dispose();

    /// <summary>Ends what is left of a run, which may be another agent's. On Windows nothing is: its job ended with its agent.</summary>
    /// <returns>False when something of it goes on nevertheless.</returns>
    public static bool End(string id) => !OperatingSystem.IsLinux() || Sweep(id);

    [SupportedOSPlatform("linux")]
    private static bool Sweep(string id)
    {
        for (var round = 0; round < SweepLimit; round++)
        {
            var living = ProcessTable.ProcessIds().Where(pid => IsOf(pid, id) && ProcessTable.ReadStartTicks(pid) is not null).ToList();
            if (living.Count == 0)
            {
                return true;
            }
            foreach (var pid in living)
            {
                ProcessEnd.KillAndWait(pid, () => IsOf(pid, id));
            }
        }
        return false;
    }

    [SupportedOSPlatform("linux")]
    private static bool IsOf(int pid, string id) => ProcessTable.ReadVariable(pid, Marker) == id;
}
