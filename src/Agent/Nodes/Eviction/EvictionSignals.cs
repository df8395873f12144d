namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>The kubelet's names for what a node may run short of.</summary>
internal static class EvictionSignals
{
    public const string Memory = "memory.available";
    /// <summary>The disk of the data folder: records, logs of processes, volumes.</summary>
    public const string NodeDisk = "nodefs.available";
    /// <summary>The disk of the engine's images and containers.</summary>
    public const string ImageDisk = "imagefs.available";
    public const string Pids = "pid.available";

    /// <summary>In the order in which they are answered.</summary>
    public static IReadOnlyList<string> All { get; } = [Memory, NodeDisk, ImageDisk, Pids];

    /// <summary>What the pods' part of it is called.</summary>
    public static string ResourceOf(string signal) => signal switch
    {
        Memory => "memory",
        Pids => "pids",
        _ => "ephemeral-storage",
    };
}

/// <param name="Available">Bytes, or processes.</param>
internal readonly record struct SignalReading(string Signal, long Available, long Capacity);

/// <summary>The node's conditions of the same names.</summary>
internal sealed record NodePressure(bool Memory, bool Disk, bool Pids)
{
    public static NodePressure None { get; } = new(false, false, false);
}
