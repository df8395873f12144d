using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;

namespace Orchestrator.Agent.Runtimes.Process;

[SupportedOSPlatform("windows")]
internal sealed class WindowsPlatform(string dataFolder) : IProcessPlatform
{
    private readonly ConcurrentDictionary<string, Watched> _watched = [];
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _environments = [];

    private sealed record Watched(System.Diagnostics.Process Shim, FileSystemWatcher Folder);

    public event Action<string>? Ended;
    public event Action<string>? Touched;

    public int Start(ContainerFolder folder, ProcessLaunch launch)
    {
        var program = Environment.ProcessPath ?? throw new IOException("the agent does not know its own program");
        using var shim = System.Diagnostics.Process.Start(new ProcessStartInfo(program, [WindowsShim.Verb, folder.Run])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
        }) ?? throw new IOException("the shim did not start");
        JsonSerializer.Serialize(shim.StandardInput.BaseStream, launch, ProcessRuntimeJson.Default.ProcessLaunch);
        shim.StandardInput.Close();
        _environments[launch.ContainerId] = launch.Environment;
        return shim.Id;
    }

    public bool TryWatch(string containerId, ContainerFolder folder, int shimPid)
    {
        if (Find(shimPid) is not { } shim)
        {
            return false;
        }
        var watcher = new FileSystemWatcher(folder.Run) { NotifyFilter = NotifyFilters.Size | NotifyFilters.FileName };
        watcher.Changed += (_, _) => Touched?.Invoke(containerId);
        watcher.Created += (_, _) => Touched?.Invoke(containerId);
        watcher.EnableRaisingEvents = true;
        _watched[containerId] = new(shim, watcher);
        shim.EnableRaisingEvents = true;
        shim.Exited += (_, _) =>
        {
            Unwatch(containerId);
            Ended?.Invoke(containerId);
        };
        return true;
    }

    public void Unwatch(string containerId)
    {
        if (_watched.TryRemove(containerId, out var watched))
        {
            watched.Folder.Dispose();
            watched.Shim.Dispose();
        }
    }

    public long? ReadStart(int pid)
    {
        using var process = Find(pid);
        try
        {
            return process?.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    public void Terminate(ContainerFolder folder) => File.WriteAllBytes(Path.Combine(folder.Run, WindowsShim.StopFile), []);

    // Its shim lives, and with it this pid is its child's: Windows keeps the pid of a process whose handle is held.
    public void Kill(ContainerFolder folder)
    {
        if (LivingShim(folder) is not null && folder.ReadMainPid() is { } pid)
        {
            End(pid);
        }
    }

    public void Sweep(string containerId, ContainerFolder folder)
    {
        // The job ends with the shim.
        if (LivingShim(folder) is { } shim)
        {
            End(shim);
        }
        _environments.TryRemove(containerId, out _);
    }

    public IReadOnlyDictionary<string, IReadOnlyList<int>> FindProcesses()
    {
        var found = new Dictionary<string, IReadOnlyList<int>>();
        var containers = ProcessFolders.Containers(dataFolder);
        foreach (var path in Directory.Exists(containers) ? Directory.EnumerateDirectories(containers) : [])
        {
            if (LivingShim(new ContainerFolder(path)) is { } shim)
            {
                found[Path.GetFileName(path)] = [shim];
            }
        }
        return found;
    }

    public IReadOnlyDictionary<string, string> ReadEnvironment(ContainerFolder folder) =>
        _environments.GetValueOrDefault(Path.GetFileName(folder.FullPath), new Dictionary<string, string>());

    public IReadOnlyList<ContainerUsage> ReadUsage(IReadOnlySet<string> containerIds) => [.. containerIds.Select(WindowsJob.Read).OfType<ContainerUsage>()];

    public void Dispose()
    {
        foreach (var id in _watched.Keys)
        {
            Unwatch(id);
        }
    }

    private int? LivingShim(ContainerFolder folder) =>
        folder.ReadStart() is { } start && ReadStart(start.Pid) == start.StartTicks ? start.Pid : null;

    private static void End(int pid)
    {
        using var process = Find(pid);
        try
        {
            process?.Kill(entireProcessTree: true);
            process?.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }

    private static System.Diagnostics.Process? Find(int pid)
    {
        try
        {
            return System.Diagnostics.Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
