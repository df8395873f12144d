using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>What keeps this node in working order beside its pods: room on its disks, memory (the agent's own too), process numbers.</summary>
internal sealed class NodeUpkeep
{
    private readonly ImageGarbage _images;
    private readonly IdleMemory _memory;

    public NodeUpkeep(AgentOptions options, RuntimeSet runtimes, PodTable pods, VolumeFolders volumes, TimeProvider time, ILogger logger)
    {
        var signals = new NodeSignals(options.DataFolder, () => runtimes.All.Select(runtime => runtime.Housekeeping?.ImageFolder).FirstOrDefault(folder => folder is not null));
        _images = new(runtimes, new(options.ImageGcHighThreshold, options.ImageGcLowThreshold, options.ImageMinimumGcAge), signals.Read, time, logger);
        _memory = new(time, e => Log.HousekeepingFailed(logger, e.Message));
        var reserve = new DiskReserve(options.DataFolder);
        Evictions = new(
            new(options.EvictionHard, options.EvictionPressureTransitionPeriod), Read, _images.ReclaimAsync, pods, new PodUsage(runtimes, volumes), time, logger);

        // An eviction has to be written down.
        IReadOnlyList<SignalReading> Read()
        {
            reserve.Look();
            return signals.Read();
        }
    }

    public EvictionManager Evictions { get; }

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Evictions.RunAsync(cancellationToken), _images.RunAsync(cancellationToken), _memory.RunAsync(cancellationToken));
}
