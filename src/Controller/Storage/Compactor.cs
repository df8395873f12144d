using Orchestrator.Controller.Collecting;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Reconciling;

namespace Orchestrator.Controller.Storage;

/// <summary>Compacts the log by age and count: what is older than the age goes, but the last so-many changes stay.</summary>
internal sealed class Compactor(IObjectStore store, ControllerOptions options, TimeProvider time, ILogger<Compactor> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly SteadyClock _clock = new(time);
    private readonly Queue<(DateTimeOffset Time, long Revision)> _samples = new();

    /// <summary>The newest revision that may go: older than the age, and not among the last so-many.</summary>
    public static long Target(IEnumerable<(DateTimeOffset Time, long Revision)> samples, DateTimeOffset now, TimeSpan age, long revision, long count) =>
        Math.Min(revision - count, samples.Where(sample => now - sample.Time >= age).Select(sample => sample.Revision).DefaultIfEmpty(0).Max());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var now = _clock.Now;
            _samples.Enqueue((now, store.Revision));
            var target = Target(_samples, now, options.HistoryAge, store.Revision, options.HistoryCount);
            while (_samples.Count > 0 && _samples.Peek().Revision <= target)
            {
                _samples.Dequeue();
            }
            // What the count still protects is old enough already: it needs no sample of its own.
            while (_samples.Count > 1 && now - _samples.Peek().Time > options.HistoryAge * 2)
            {
                _samples.Dequeue();
            }
            try
            {
                if (target > store.CompactedRevision)
                {
                    await store.CompactAsync(target, stoppingToken).ConfigureAwait(false);
                }
            }
            catch (StoreException problem)
            {
                log.NotCompacted(target, problem);
            }
        }
        while (await Tick.NextAsync(timer, stoppingToken).ConfigureAwait(false));
    }
}
