using k8s.Models;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>What the node's pods use, by pod UID.</summary>
internal interface IPodUsage
{
    /// <summary>Bytes of memory that cannot be taken back at once.</summary>
    Task<IReadOnlyDictionary<string, long>> ReadMemoryAsync(CancellationToken cancellationToken);

    /// <summary>Bytes on disk: volumes, logs, what containers wrote.</summary>
    Task<IReadOnlyDictionary<string, long>> ReadDiskAsync(CancellationToken cancellationToken);

    /// <summary>The pods that take more on disk than they may, and why they have to go.</summary>
    Task<IReadOnlyList<(V1Pod Pod, string Excess)>> FindExcessAsync(IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken);
}
