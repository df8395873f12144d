using System.Runtime.Versioning;

namespace Orchestrator.Agent.Runtimes.Process;

[SupportedOSPlatform("linux")]
internal sealed class LinuxPlatform : IProcessPlatform
{
    // Processes that fork while they are swept are met again; a fork bomb ends when its forks fail, which SIGKILL sees to.
    private const int SweepLimit = 100;

    private readonly string _script;
    private readonly LinuxProcessWatch _watch;
    private readonly LinuxProcessUsage _usage = new();

    public LinuxPlatform(string dataFolder, TimeProvider time)
    {
        _script = LinuxShim.Install(dataFolder);
        _watch = new LinuxProcessWatch(time, id => Ended?.Invoke(id), id => Touched?.Invoke(id));
    }

    public event Action<string>? Ended;
    public event Action<string>? Touched;

    public int Start(ContainerFolder folder, ProcessLaunch launch)
    {
        using var process = System.Diagnostics.Process.Start(LinuxShim.Describe(_script, folder, launch))
            ?? throw new IOException("the shim did not start");
        return process.Id;
    }

    public bool TryWatch(string containerId, ContainerFolder folder, int shimPid)
    {
        var pidfd = Native.OpenPidfd(shimPid);
        if (pidfd is null)
        {
            return false;
        }
        _watch.Add(containerId, folder.Run, pidfd);
        return true;
    }

    public void Unwatch(string containerId) => _watch.Remove(containerId);

    public long? ReadStart(int pid) => ProcessTable.ReadStartTicks(pid);

    public void Terminate(ContainerFolder folder) => Signal(folder, Native.SigTerm);

    public void Kill(ContainerFolder folder) => Signal(folder, Native.SigKill);

    public void Sweep(string containerId, ContainerFolder folder)
    {
        for (var round = 0; round < SweepLimit; round++)
        {
            var living = ProcessTable.FindContainerProcesses()[containerId].Where(pid => ProcessTable.ReadStartTicks(pid) is not null).ToList();
            if (living.Count == 0)
            {
                return;
            }
            foreach (var pid in living)
            {
                ProcessEnd.KillAndWait(pid, () => ProcessTable.ReadContainerId(pid) == containerId);
            }
        }
    }

    public IReadOnlyDictionary<string, IReadOnlyList<int>> FindProcesses() =>
        ProcessTable.FindContainerProcesses().ToDictionary(group => group.Key, group => (IReadOnlyList<int>)[.. group]);

    public IReadOnlyDictionary<string, string> ReadEnvironment(ContainerFolder folder) =>
        // A container that was started this instant has not told its first process yet; its shim was given the same variables.
        (folder.ReadMainPid() ?? folder.ReadStart()?.Pid) is { } pid ? ProcessTable.ReadVariables(pid) : new Dictionary<string, string>();

    public IReadOnlyList<ContainerUsage> ReadUsage(IReadOnlySet<string> containerIds) =>
        [.. _usage.Read().Where(usage => containerIds.Contains(usage.ContainerId))];

    public void Dispose() => _watch.Dispose();

    private static void Signal(ContainerFolder folder, int signal)
    {
        // The pid is the container's for as long as its id is in that process's environment: never signal a stranger.
        if (folder.ReadMainPid() is { } pid && ProcessTable.ReadContainerId(pid) == Path.GetFileName(folder.FullPath))
        {
            _ = Native.Kill(pid, signal);
        }
    }
}
