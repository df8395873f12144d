using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>Measures pods: their memory and what containers wrote by the runtimes, their volumes by walking them.</summary>
internal sealed class PodUsage(RuntimeSet runtimes, VolumeFolders volumes) : IPodUsage
{
    public async Task<IReadOnlyDictionary<string, long>> ReadMemoryAsync(CancellationToken cancellationToken)
    {
        var total = new Dictionary<string, long>();
        foreach (var runtime in runtimes.All)
        {
            var bytes = (await runtime.ReadUsageAsync(cancellationToken)).ToDictionary(usage => usage.ContainerId, usage => usage.WorkingSetBytes);
            Add(total, await runtime.ListAsync(null, cancellationToken), bytes);
        }
        return total;
    }

    public async Task<IReadOnlyDictionary<string, long>> ReadDiskAsync(CancellationToken cancellationToken)
    {
        var total = new Dictionary<string, long>();
        foreach (var runtime in runtimes.All)
        {
            var pods = await runtime.ListAsync(null, cancellationToken);
            if (runtime.Housekeeping is { } housekeeping)
            {
                Add(total, pods, await housekeeping.ReadDiskUsageAsync(cancellationToken));
            }
            foreach (var pod in pods)
            {
                total[pod.PodUid] = total.GetValueOrDefault(pod.PodUid) + DiskUsage.Of(volumes.Of(pod.PodUid));
            }
        }
        return total;
    }

    public async Task<IReadOnlyList<(V1Pod Pod, string Excess)>> FindExcessAsync(IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken)
    {
        var limited = pods.Where(pod => LocalStorageLimits.LimitedVolumes(pod.Spec).Any() || LocalStorageLimits.LimitsContainers(pod.Spec)).ToList();
        List<(V1Pod, string)> found = [];
        foreach (var group in limited.GroupBy(runtimes.For))
        {
            // Measuring containers costs the engine a walk of their layers: only where somebody asked for a limit.
            var containers = group.Key?.Housekeeping is { } housekeeping && group.Any(pod => LocalStorageLimits.LimitsContainers(pod.Spec))
                ? await housekeeping.ReadDiskUsageAsync(cancellationToken)
                : new Dictionary<string, long>();
            foreach (var pod in group)
            {
                var observed = group.Key is null || containers.Count == 0 ? [] : await group.Key.ListAsync(pod.Metadata.Uid, cancellationToken);
                var byName = observed.SelectMany(one => one.Containers).GroupBy(container => container.Name)
                    .ToDictionary(attempts => attempts.Key, attempts => attempts.Sum(attempt => containers.GetValueOrDefault(attempt.Id)));
                if (LocalStorageLimits.FindExcess(pod.Spec, Volumes(pod), byName) is { } excess)
                {
                    found.Add((pod, excess));
                }
            }
        }
        return found;
    }

    private Dictionary<string, long> Volumes(V1Pod pod) =>
        (LocalStorageLimits.LimitsContainers(pod.Spec) ? LocalStorageLimits.CountedVolumes(pod.Spec) : LocalStorageLimits.LimitedVolumes(pod.Spec))
            .ToDictionary(volume => volume.Name, volume => DiskUsage.Of(Path.Combine(volumes.Of(pod.Metadata.Uid), volume.Name)));

    private static void Add(Dictionary<string, long> total, IEnumerable<PodObservation> pods, IReadOnlyDictionary<string, long> bytes)
    {
        foreach (var pod in pods)
        {
            total[pod.PodUid] = total.GetValueOrDefault(pod.PodUid) + pod.Containers.Sum(container => bytes.GetValueOrDefault(container.Id));
        }
    }
}
