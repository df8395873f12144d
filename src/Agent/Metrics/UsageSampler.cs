using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Agent.Metrics;

/// <summary>
/// Measures the node and its containers every 15 s, the kubelet's period, and when somebody asks and the last measurement is older than a second:
/// the answer is of now, and an idle agent reads no more than it must.
/// </summary>
internal sealed class UsageSampler(RuntimeSet runtimes, TimeProvider time, ILogger logger) : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly long _begin = time.GetTimestamp();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly List<UsageSample> _samples = [];

    public Task RunAsync(CancellationToken cancellationToken) =>
        PeriodicLoop.RunAsync(Period, time, ReportAsync, e => Log.NotMeasured(logger, e.Message), cancellationToken);

    public async Task<UsageReport> ReportAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_samples is not [.., var last] || time.GetElapsedTime(_begin) - last.Elapsed >= Fresh)
            {
                _samples.Add(await ReadAsync(cancellationToken));
                Forget();
            }
            return UsageHistory.Report(_samples);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<UsageSample> ReadAsync(CancellationToken cancellationToken)
    {
        List<MeasuredContainer> containers = [];
        foreach (var runtime in runtimes.All)
        {
            var running = (await runtime.ListAsync(null, cancellationToken)).SelectMany(pod => pod.Containers)
                .Where(container => container.State == ContainerState.Running).ToDictionary(container => container.Id);
            if (running.Count > 0)
            {
                containers.AddRange(
                    from usage in await runtime.ReadUsageAsync(cancellationToken)
                    where running.ContainsKey(usage.ContainerId)
                    select new MeasuredContainer(running[usage.ContainerId], usage));
            }
        }
        return new(time.GetUtcNow(), time.GetElapsedTime(_begin), MachineReader.Read(), containers);
    }

    // One from before the longest window is enough; between two that are close, the newer is never what is measured against.
    private void Forget()
    {
        var now = _samples[^1].Elapsed;
        _samples.RemoveAll(sample => now - sample.Elapsed > UsageHistory.LongestWindow);
        for (var i = _samples.Count - 3; i > 0; i--)
        {
            if (_samples[i + 1].Elapsed - _samples[i - 1].Elapsed < UsageHistory.LeastWindow)
            {
                _samples.RemoveAt(i);
            }
        }
    }
}
