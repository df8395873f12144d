using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What a claim's volume holds, measured when it was asked for. Its name and namespace are the claim's.</summary>
public sealed class VolumeUsage : ClusterObject
{
    internal VolumeUsage(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    /// <summary>The PersistentVolume.</summary>
    public string Volume => (string?)Tree["volume"] ?? "";

    /// <summary>The node that has it mounted.</summary>
    public string Node => (string?)Tree["node"] ?? "";

    public long UsedBytes => (long?)Tree["usedBytes"] ?? 0;
    public long CapacityBytes => (long?)Tree["capacityBytes"] ?? 0;
    public long AvailableBytes => (long?)Tree["availableBytes"] ?? 0;
    public long InodesUsed => (long?)Tree["inodesUsed"] ?? 0;
    public string Used => ResourceUsage.MemoryText(Quantity.FromBytes(UsedBytes));
    public string Capacity => ResourceUsage.MemoryText(Quantity.FromBytes(CapacityBytes));

    /// <summary>Of its capacity; of a volume without a size of its own, of the disk that it is on.</summary>
    public int UsedPercent => CapacityBytes == 0 ? 0 : (int)(UsedBytes * 100 / CapacityBytes);
}
