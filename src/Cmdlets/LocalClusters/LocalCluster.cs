namespace Orchestrator.Cmdlets;

/// <summary>A cluster of processes on this machine.</summary>
public sealed class LocalCluster
{
    internal LocalCluster(LocalClusterFolder folder, LocalClusterState state)
    {
        (Name, Path, KubeConfig, Images, PodRange) = (state.Name, folder.Path, folder.KubeConfig, state.ImageRoot, state.PodRange);
        Server = state.Port == 0 ? null : $"https://127.0.0.1:{state.Port}";
        Nodes = state.NodeCount;
        RunningNodes = state.Nodes.Count(state.IsAlive);
        var controller = state.IsAlive(LocalClusterState.Controller);
        Status = controller && RunningNodes == Nodes ? "Running" : controller || RunningNodes > 0 ? "Degraded" : "Stopped";
        Processes = state.Processes.Where(pair => pair.Value.IsAlive).ToDictionary(pair => pair.Key, pair => pair.Value.Id, StringComparer.Ordinal);
        Logs = System.IO.Path.Combine(folder.Path, "logs");
    }

    public string Name { get; }

    /// <summary>The folder that holds everything of it.</summary>
    public string Path { get; }

    /// <summary><c>Running</c>, <c>Degraded</c> (some of its processes are gone) or <c>Stopped</c>.</summary>
    public string Status { get; }

    public string? Server { get; }
    public int Nodes { get; }
    public int RunningNodes { get; }

    /// <summary>For kubectl and other tools.</summary>
    public string KubeConfig { get; }

    /// <summary>The folder of images of the process runtime: <c>name/tag/image.json</c>.</summary>
    public string Images { get; }

    public string Logs { get; }

    /// <summary>Loopback addresses of its pods.</summary>
    public string PodRange { get; }

    /// <summary>Process ids of the controller and the agents that run.</summary>
    public IReadOnlyDictionary<string, int> Processes { get; }

    public override string ToString() => Name;
}
