namespace Orchestrator.Agent.Runtimes;

/// <summary>What a runtime keeps on this machine's disks beside running containers.</summary>
internal interface IHousekeeping
{
    /// <summary>A folder on the disk of images and containers, as the engine names it; null while it is unknown.</summary>
    string? ImageFolder { get; }

    /// <summary>Removes images that nothing uses and that were not used for <paramref name="minimumAge"/>, the longest unused first.</summary>
    /// <param name="bytes">How much is wanted; it stops when it has that much.</param>
    /// <returns>How much was given back, as far as the engine tells.</returns>
    Task<long> CollectImagesAsync(long bytes, TimeSpan minimumAge, CancellationToken cancellationToken);

    /// <summary>Removes what was made for pods and serves none any more: networks of ranges that this node no longer has.</summary>
    Task TidyAsync(CancellationToken cancellationToken);

    /// <summary>Removes what is on this machine's disk of pods that nobody knows any more and that have no container left to be found by.</summary>
    void KeepOnly(IReadOnlyCollection<string> podUids);

    /// <summary>What each container takes on disk by its own doing, by its id: what it wrote beside its volumes, and its log.</summary>
    Task<IReadOnlyDictionary<string, long>> ReadDiskUsageAsync(CancellationToken cancellationToken);
}
