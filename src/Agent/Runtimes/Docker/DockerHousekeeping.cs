using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Images, networks and disk space on the engine. Of images only those that this agent pulled are its own.</summary>
internal sealed class DockerHousekeeping(DockerClient client, string owner, DockerOptions options, ImageLedger ledger, RecentImages recent, PodNetwork network, TimeProvider time, ILogger logger) : IHousekeeping
{
    /// <summary>Set when the engine has told.</summary>
    public string? ImageFolder { get; set; }

    public async Task<long> CollectImagesAsync(long bytes, TimeSpan minimumAge, CancellationToken cancellationToken)
    {
        // Listed before the containers: an image that one was made of meanwhile is refused by the engine itself.
        var images = await client.Images.ListImagesAsync(new(), cancellationToken);
        var containers = await client.Containers.ListContainersAsync(new() { All = true }, cancellationToken);
        var inUse = containers.Select(container => container.ImageID).ToHashSet();
        ledger.Used(inUse, time.GetUtcNow());
        foreach (var gone in ledger.Images.Keys.Except(images.Select(image => image.ID)))
        {
            ledger.Remove(gone);
        }
        var freed = 0L;
        foreach (var image in ImageCollection.Plan(images.Select(image => new PresentImage(image.ID, image.Size)), ledger.Images, inUse, bytes, minimumAge, time.GetUtcNow()))
        {
            freed += await RemoveAsync(image, cancellationToken) ? image.Bytes : 0;
        }
        return freed;
    }

    public Task TidyAsync(CancellationToken cancellationToken) => network.RemoveUnusedAsync(all: false, cancellationToken);

    public void KeepOnly(IReadOnlyCollection<string> podUids)
    {
        if (!Directory.Exists(options.PodsFolder))
        {
            return;
        }
        var kept = podUids.Select(options.PodFolder).ToHashSet();
        foreach (var folder in Directory.EnumerateDirectories(options.PodsFolder).Where(folder => !kept.Contains(folder)))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> ReadDiskUsageAsync(CancellationToken cancellationToken)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"{ContainerLabels.Owner}={owner}"] = true },
        };
        var containers = await client.Containers.ListContainersAsync(new() { All = true, Size = true, Filters = filter }, cancellationToken);
        return containers.ToDictionary(
            container => container.ID,
            container => container.SizeRw + (ImageFolder is { } root ? Volumes.DiskUsage.Of(Path.Combine(root, "containers", container.ID)) : 0));
    }

    private async Task<bool> RemoveAsync(PresentImage image, CancellationToken cancellationToken)
    {
        try
        {
            // By the names it was pulled by: one that somebody else gave it keeps it here.
            foreach (var name in ledger.Images.GetValueOrDefault(image.Id)?.Names ?? [])
            {
                await client.Images.DeleteImageAsync(name, new() { Force = false }, cancellationToken);
            }
        }
        catch (DockerImageNotFoundException)
        {
            // Gone already, or named otherwise by now.
        }
        catch (DockerApiException e)
        {
            // In use after all.
            var reason = EngineError.Text(e);
            Log.ImageKept(logger, image.Id, reason);
            return false;
        }
        ledger.Remove(image.Id);
        // Whoever saw it a moment ago looks again.
        recent.Clear();
        Log.ImageRemoved(logger, image.Id, image.Bytes);
        return true;
    }
}
