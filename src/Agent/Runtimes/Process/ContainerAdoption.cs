namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Finds the containers of an earlier run of the agent: which still run, which ended meanwhile, and what a crash left half-made.</summary>
internal sealed class ContainerAdoption(string containersFolder, IProcessPlatform platform, TimeProvider time, ILogger logger)
{
    public IEnumerable<ProcessContainer> Adopt()
    {
        var processes = platform.FindProcesses();
        foreach (var path in Directory.EnumerateDirectories(containersFolder))
        {
            var folder = new ContainerFolder(path);
            var id = Path.GetFileName(path);
            if (folder.ReadRecord() is not { } record)
            {
                // Half-created or half-removed.
                platform.Sweep(id, folder);
                folder.Delete();
                continue;
            }
            var container = new ProcessContainer(record, folder, time);
            Classify(container, processes.GetValueOrDefault(id, []));
            Log.ContainerAdopted(logger, record.Namespace, record.PodName, record.Name, container.State);
            yield return container;
        }
    }

    private void Classify(ProcessContainer container, IReadOnlyList<int> pids)
    {
        var lives = pids.Count > 0;
        var folder = container.Folder;
        var start = folder.ReadStart();
        var shim = folder.ReadShim();
        var startedAt = start?.StartedAt ?? shim?.At;
        if (folder.ReadExit() is { } exit)
        {
            if (lives)
            {
                platform.Sweep(container.Record.Id, folder);
            }
            container.MarkExited(exit, startedAt);
        }
        else if (IsShim(start, shim, pids) && startedAt is { } at)
        {
            container.MarkRunning(at);
        }
        else if (lives || startedAt is not null)
        {
            // It ran, and whoever should have told its end is gone: the machine went down, or the shim was killed.
            platform.Sweep(container.Record.Id, folder);
            container.MarkExited(
                folder.ReadExit() ?? folder.WriteExit(137, "ContainerStatusUnknown", "The container could not be located when the agent came back"),
                startedAt);
        }
    }

    private bool IsShim(StartRecord? start, (int Pid, DateTimeOffset At)? shim, IReadOnlyList<int> pids) =>
        start is { StartTicks: not 0 }
            ? platform.ReadStart(start.Pid) == start.StartTicks
            // The agent died between starting it and writing that down; the shim's own note is as good once its mark is checked.
            : shim is { } told && pids.Contains(told.Pid);
}
