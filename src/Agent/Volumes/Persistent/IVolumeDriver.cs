using System.Collections.Immutable;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// Makes volumes of one kind. Every verb may be asked again after it was done, half done or never begun, by an agent that knows nothing of
/// before: it brings about what it names. Never two at once for one volume.
/// </summary>
internal interface IVolumeDriver
{
    /// <summary>Makes the volume of its size, empty; one that is there stays as it is.</summary>
    /// <returns>What it wants to be told of the volume later.</returns>
    /// <exception cref="VolumeProblemException" />
    Task<ImmutableSortedDictionary<string, string>> MakeAsync(VolumeOrder order, CancellationToken cancellationToken);

    /// <summary>Gives it the order's size, while it is used where that can be.</summary>
    /// <exception cref="VolumeProblemException" />
    Task GrowAsync(VolumeOrder order, bool isUsed, CancellationToken cancellationToken);

    /// <returns>The folder where its files are, ready to be used. Never an empty one where data was.</returns>
    /// <exception cref="VolumeProblemException" />
    Task<string> MountAsync(VolumeOrder order, CancellationToken cancellationToken);

    /// <summary>Takes back what mounting did; nobody uses it any more.</summary>
    /// <exception cref="VolumeProblemException" />
    Task UnmountAsync(VolumeOrder order, CancellationToken cancellationToken);

    /// <summary>Removes its data for good.</summary>
    /// <exception cref="VolumeProblemException" />
    Task RemoveAsync(VolumeOrder order, CancellationToken cancellationToken);
}
