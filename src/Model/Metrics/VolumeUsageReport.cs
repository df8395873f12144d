using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Orchestrator.Model.Metrics;

/// <summary>What a claim's volume holds on a node that has it for pods; what agents tell at <see cref="Path"/>.</summary>
/// <param name="Namespace">Of the claim.</param>
/// <param name="Claim">Its name.</param>
/// <param name="Volume">Name of the PersistentVolume.</param>
/// <param name="CapacityBytes">Of its file system; of a volume without one of its own, of the disk that it is on.</param>
/// <param name="AvailableBytes">What can still be written.</param>
/// <param name="UsedBytes">What its files take.</param>
/// <param name="Inodes">Files that there can be; 0 where there is no such number.</param>
public sealed record VolumeUsageReport(
    string Namespace, string Claim, string Volume, long CapacityBytes, long AvailableBytes, long UsedBytes, long Inodes, long InodesFree, long InodesUsed)
{
    /// <summary>Below the tunnel's root.</summary>
    public const string Path = "volumes";
}

/// <summary>A claim's usage as the API serves it.</summary>
public sealed class VolumeMetrics : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";
    public string Kind { get; set; } = "";
    /// <summary>Name and namespace are the claim's.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();
    public string Node { get; set; } = "";
    public string Volume { get; set; } = "";
    public long CapacityBytes { get; set; }
    public long AvailableBytes { get; set; }
    public long UsedBytes { get; set; }
    public long Inodes { get; set; }
    public long InodesFree { get; set; }
    public long InodesUsed { get; set; }
}
