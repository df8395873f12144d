using k8s.Models;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>What an agent asks of the API for the sake of volumes. Every failure is an exception, and worth another try.</summary>
internal interface IVolumeApi
{
    /// <returns>Null when there is no such claim.</returns>
    Task<V1PersistentVolumeClaim?> FindClaimAsync(string @namespace, string name, CancellationToken cancellationToken);

    /// <returns>Null when there is no such volume.</returns>
    Task<V1PersistentVolume?> FindVolumeAsync(string name, CancellationToken cancellationToken);

    /// <summary>This node's own object.</summary>
    Task<V1Node> ReadNodeAsync(CancellationToken cancellationToken);

    /// <summary>Writes annotations of a volume; null takes one away. Nothing happens when the volume is gone or another has its name.</summary>
    Task AnnotateAsync(V1PersistentVolume volume, IReadOnlyDictionary<string, string?> annotations, CancellationToken cancellationToken);

    /// <summary>Takes the agent's finalizer away.</summary>
    Task LetGoAsync(V1PersistentVolume volume, CancellationToken cancellationToken);
}
