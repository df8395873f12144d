using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Hosting;

/// <summary><c>orchestrator-agent purge</c>: ends what a data folder's containers still run, for when no agent will.</summary>
internal static class Purge
{
    public static int Run(string dataFolder)
    {
        var containers = ProcessFolders.Containers(dataFolder);
        if (!Directory.Exists(containers))
        {
            return 0;
        }
        using var platform = ProcessPlatform.Create(dataFolder, TimeProvider.System);
        var processes = platform.FindProcesses();
        foreach (var path in Directory.EnumerateDirectories(containers))
        {
            var id = Path.GetFileName(path);
            if (processes.ContainsKey(id))
            {
                platform.Sweep(id, new ContainerFolder(path));
                Console.WriteLine($"Stopped container {id}");
            }
        }
        return 0;
    }
}
