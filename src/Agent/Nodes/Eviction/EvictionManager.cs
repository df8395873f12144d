using k8s.Models;
using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Model;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>
/// Keeps the node out of need: what is short is first looked for among things that nobody uses, then pods are evicted, one at a look.
/// </summary>
/// <param name="read">What the machine has left.</param>
/// <param name="reclaimDisk">Gives back what nobody uses.</param>
internal sealed class EvictionManager(
    PressureJudge judge,
    Func<IReadOnlyList<SignalReading>> read,
    Func<CancellationToken, Task> reclaimDisk,
    PodTable pods,
    IPodUsage usage,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>The kubelet's monitoring interval.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private volatile NodePressure _pressure = NodePressure.None;

    /// <summary>As last looked at.</summary>
    public NodePressure Pressure => _pressure;

    /// <summary>The node's conditions have to be written. Raised on the loop; handlers take note and return.</summary>
    public event Action? PressureChanged;

    public Task RunAsync(CancellationToken cancellationToken) =>
        PeriodicLoop.RunAsync(Every, time, LookAsync, e => Log.NotLookedAt(logger, e.Message), cancellationToken);

    /// <returns>The UID of the pod that is evicted for the node's shortage, or null.</returns>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        await TryAsync(EnforceLimitsAsync, cancellationToken);
        var shortages = Observe();
        if (shortages.Any(IsDisk))
        {
            await TryAsync(reclaimDisk, cancellationToken);
            shortages = Observe();
        }
        return shortages is [var first, ..] ? await EvictOneAsync(first, cancellationToken) : null;
    }

    // An engine that does not answer must not keep the node from seeing to the rest.
    private async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotLookedAt(logger, e.Message);
        }
    }

    private IReadOnlyList<Shortage> Observe()
    {
        var now = time.GetUtcNow();
        var shortages = judge.Observe(read(), now);
        var pressure = judge.Pressure(now);
        if (pressure != _pressure)
        {
            _pressure = pressure;
            PressureChanged?.Invoke();
        }
        return shortages;
    }

    private async Task EnforceLimitsAsync(CancellationToken cancellationToken)
    {
        foreach (var (pod, excess) in await usage.FindExcessAsync(pods.Evictable, cancellationToken))
        {
            Log.Evicting(logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, excess);
            pods.Evict(pod.Metadata.Uid, excess, PodEviction.Immediate);
        }
    }

    private async Task<string?> EvictOneAsync(Shortage shortage, CancellationToken cancellationToken)
    {
        var signal = shortage.Threshold.Signal;
        var used = signal == EvictionSignals.Pids ? new Dictionary<string, long>()
            : signal == EvictionSignals.Memory ? await usage.ReadMemoryAsync(cancellationToken)
            : await usage.ReadDiskAsync(cancellationToken);
        var candidates = pods.Evictable.ToDictionary(pod => pod.Metadata.Uid);
        var ranked = EvictionOrder.Rank(signal, candidates.Values.Select(pod => new EvictionCandidate(
            pod.Metadata.Uid, pod.Spec.Priority ?? 0, used.GetValueOrDefault(pod.Metadata.Uid), Request(pod, signal))));
        if (ranked is not [var chosen, ..])
        {
            Log.NothingToEvict(logger, signal);
            return null;
        }
        var (name, message) = (candidates[chosen.PodUid].Metadata, Describe(shortage, chosen));
        Log.Evicting(logger, name.NamespaceProperty, name.Name, message);
        pods.Evict(chosen.PodUid, message, PodEviction.Immediate);
        return chosen.PodUid;
    }

    private static bool IsDisk(Shortage shortage) => shortage.Threshold.Signal is EvictionSignals.NodeDisk or EvictionSignals.ImageDisk;

    private static long Request(V1Pod pod, string signal) =>
        PodResources.Requests(pod).GetValueOrDefault(EvictionSignals.ResourceOf(signal)).ToInt64Ceiling();

    private static string Describe(Shortage shortage, EvictionCandidate pod)
    {
        var resource = EvictionSignals.ResourceOf(shortage.Threshold.Signal);
        var unit = (long amount) => shortage.Threshold.Signal == EvictionSignals.Pids ? Quantity.FromInt64(amount) : Quantity.FromBytes(amount);
        return $"The node was low on resource: {resource}. Threshold quantity: {unit(shortage.Amount)}, available: {unit(shortage.Available)}. "
            + (pod.Usage > pod.Request ? $"The pod was using {unit(pod.Usage)}, its request is {unit(pod.Request)}. " : "");
    }
}
