using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <param name="HighPercent">Of the image disk in use: from here on unused images go.</param>
/// <param name="LowPercent">Until here.</param>
/// <param name="MinimumAge">An image unused for less stays.</param>
internal sealed record ImageLimits(int HighPercent, int LowPercent, TimeSpan MinimumAge)
{
    /// <summary>How much has to go, in bytes; 0 while there is room.</summary>
    public long Excess(SignalReading imageDisk)
    {
        var used = imageDisk.Capacity - imageDisk.Available;
        return imageDisk.Capacity > 0 && used * 100 >= imageDisk.Capacity * HighPercent ? Math.Max(0, used - imageDisk.Capacity * LowPercent / 100) : 0;
    }
}

/// <summary>Unused images go when their disk fills, by the kubelet's rules; and what was made for pods and serves none any more goes with them.</summary>
internal sealed class ImageGarbage(RuntimeSet runtimes, ImageLimits limits, Func<IReadOnlyList<SignalReading>> read, TimeProvider time, ILogger logger)
{
    /// <summary>The kubelet's.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    public Task RunAsync(CancellationToken cancellationToken) =>
        PeriodicLoop.RunAsync(Every, time, CollectAsync, e => Log.HousekeepingFailed(logger, e.Message), cancellationToken);

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        foreach (var housekeeping in All())
        {
            await housekeeping.TidyAsync(cancellationToken);
            if (read().Where(reading => reading.Signal == EvictionSignals.ImageDisk).Sum(limits.Excess) is var excess and > 0)
            {
                await housekeeping.CollectImagesAsync(excess, limits.MinimumAge, cancellationToken);
            }
        }
    }

    /// <summary>Under disk pressure every unused image goes, whatever its age.</summary>
    public async Task ReclaimAsync(CancellationToken cancellationToken)
    {
        foreach (var housekeeping in All())
        {
            await housekeeping.CollectImagesAsync(long.MaxValue, TimeSpan.Zero, cancellationToken);
        }
    }

    private IEnumerable<IHousekeeping> All() => runtimes.All.Select(runtime => runtime.Housekeeping).OfType<IHousekeeping>();
}
