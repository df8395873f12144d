using System.Collections.Immutable;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Volumes on a node: on its disk, or its engine's.</summary>
internal sealed class NodeDriver(LocalDriver disk, EngineDriver engine) : IVolumeDriver
{
    public Task<ImmutableSortedDictionary<string, string>> MakeAsync(VolumeOrder order, CancellationToken cancellationToken) => Of(order).MakeAsync(order, cancellationToken);

    public Task GrowAsync(VolumeOrder order, bool isUsed, CancellationToken cancellationToken) => Of(order).GrowAsync(order, isUsed, cancellationToken);

    public Task<string> MountAsync(VolumeOrder order, CancellationToken cancellationToken) => Of(order).MountAsync(order, cancellationToken);

    public Task UnmountAsync(VolumeOrder order, CancellationToken cancellationToken) => Of(order).UnmountAsync(order, cancellationToken);

    public Task RemoveAsync(VolumeOrder order, CancellationToken cancellationToken) => Of(order).RemoveAsync(order, cancellationToken);

    private IVolumeDriver Of(VolumeOrder order) => order.EngineVolume is null ? disk : engine;
}
