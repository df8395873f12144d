using Orchestrator.Model.Metrics;

namespace Orchestrator.Agent.Metrics;

/// <summary>
/// Rates out of samples. A rate is measured against the newest sample that is at least <see cref="LeastWindow"/> old; what has run for less is
/// measured from its start, so that a new container is told of at once and not a period later.
/// </summary>
internal static class UsageHistory
{
    /// <summary>As metrics-server has it: over less, one burst looks like a load.</summary>
    public static readonly TimeSpan LeastWindow = TimeSpan.FromSeconds(10);

    /// <summary>No more than this back: an average over longer says nothing of now.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(45);

    /// <param name="samples">In order of time; the last one is now.</param>
    public static UsageReport Report(IReadOnlyList<UsageSample> samples)
    {
        if (samples is not [.., var now])
        {
            return new(null, []);
        }
        var earlier = samples.Take(samples.Count - 1).ToList();
        return new(Node(earlier, now), [.. now.Containers.Select(container => Container(earlier, now, container)).OfType<ContainerUsageReport>()]);
    }

    /// <returns>Nanocores; 0 for a counter that went back, as one does that was begun anew.</returns>
    public static long Nanocores(TimeSpan used, TimeSpan window) =>
        used <= TimeSpan.Zero || window <= TimeSpan.Zero ? 0 : (long)((Int128)used.Ticks * 1_000_000_000 / window.Ticks);

    private static Usage? Node(IEnumerable<UsageSample> earlier, UsageSample now) => now.Machine is not { } machine ? null
        : Rate(now, machine.CpuTime, machine.WorkingSetBytes,
            earlier.Where(sample => sample.Machine is not null).Select(sample => (now.Elapsed - sample.Elapsed, sample.Machine.GetValueOrDefault().CpuTime)));

    private static ContainerUsageReport? Container(IEnumerable<UsageSample> earlier, UsageSample now, MeasuredContainer container)
    {
        var before = earlier.Select(sample => (Age: now.Elapsed - sample.Elapsed, sample.Find(container.Observed.Id)?.Usage.CpuTime))
            .Where(point => point.CpuTime is not null).Select(point => (point.Age, point.CpuTime.GetValueOrDefault()));
        if (container.Observed.StartedAt is { } started)
        {
            before = before.Append((now.Time - started, TimeSpan.Zero));
        }
        return Rate(now, container.Usage.CpuTime, container.Usage.WorkingSetBytes, before) is { } usage
            ? new(container.Observed.PodUid, container.Observed.Name, usage)
            : null;
    }

    /// <returns>Null when there is nothing to measure against.</returns>
    private static Usage? Rate(UsageSample now, TimeSpan cpu, long memory, IEnumerable<(TimeSpan Age, TimeSpan CpuTime)> before)
    {
        var points = before.Where(point => point.Age > TimeSpan.Zero && point.Age <= LongestWindow).OrderBy(point => point.Age).ToList();
        if (points.Count == 0)
        {
            return null;
        }
        var since = points.FindIndex(point => point.Age >= LeastWindow) is var index and >= 0 ? points[index] : points[^1];
        return new(now.Time, since.Age.Ticks, Nanocores(cpu - since.CpuTime, since.Age), memory);
    }
}
