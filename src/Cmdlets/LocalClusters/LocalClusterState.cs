using System.Text.Json;

namespace Orchestrator.Cmdlets;

/// <summary>What is remembered of a local cluster between commands, in <c>cluster.json</c>.</summary>
internal sealed record LocalClusterState
{
    public const string Controller = "controller";

    public required string Name { get; init; }

    /// <summary>The controller's port; 0 until it first started.</summary>
    public int Port { get; init; }

    /// <summary>Loopback addresses of its pods, such as <c>127.70.0.0/16</c>.</summary>
    public required string PodRange { get; init; }

    public required string ImageRoot { get; init; }

    /// <summary>How many nodes it was last started with.</summary>
    public int NodeCount { get; init; }

    /// <summary>Started and not yet seen to end, by role: <c>controller</c>, <c>node-1</c>…</summary>
    public Dictionary<string, ProcessIdentity> Processes { get; init; } = [];

    public static LocalClusterState? Load(LocalClusterFolder folder)
    {
        try
        {
            return folder.Exists ? JsonSerializer.Deserialize<LocalClusterState>(File.ReadAllText(folder.StateFile)) : null;
        }
        catch (JsonException exception)
        {
            throw ClusterException.LocalCluster("CorruptState", $"{folder.StateFile} can't be read: {exception.Message}", "Remove the folder if no process of that cluster runs any more.");
        }
    }

    public void Save(LocalClusterFolder folder) => OwnerOnly.Write(folder.StateFile, JsonSerializer.Serialize(this, JsonStyle.Indented));

    public bool IsAlive(string role) => Processes.TryGetValue(role, out var process) && process.IsAlive;

    public IEnumerable<string> Nodes => Enumerable.Range(1, NodeCount).Select(number => $"node-{number}");
}
