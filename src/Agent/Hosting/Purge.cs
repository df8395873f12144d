using Orchestrator.Agent.Networking.Proxy.Kernel;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;

namespace Orchestrator.Agent.Hosting;

/// <summary><c>orchestrator-agent purge</c>: ends what a data folder's containers still run, for when no agent will.</summary>
internal static class Purge
{
    public static async Task<int> RunAsync(AgentOptions options)
    {
        RunProcesses(options.DataFolder);
        using var tools = new ToolPrograms(options.ToolFolder, TimeProvider.System);
        tools.EndEarlier();
        if (DockerOptions.WasUsed(options.DockerFolder))
        {
            var endpoint = options.EngineEndpoint;
            try
            {
                await EnginePurge.RunAsync(new(endpoint, options.DockerFolder), CancellationToken.None);
            }
            catch (Exception e) when (EngineConnection.IsUnavailable(e))
            {
                throw new IOException($"{endpoint}: the container engine does not answer: {e.Message}", e);
            }
        }
        await RulePurge.RunAsync(options.DataFolder, CancellationToken.None);
        new VolumeFolders(options.VolumeFolder).TearDownExcept([]);
        // The volumes themselves stay: they are not the containers'.
        foreach (var mount in MountTable.Below(options.PersistentFolder))
        {
            FileNative.UnmountUnused(mount);
        }
        return 0;
    }

    private static void RunProcesses(string dataFolder)
    {
        var containers = ProcessFolders.Containers(dataFolder);
        if (!Directory.Exists(containers))
        {
            return;
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
    }
}
