using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;

namespace Orchestrator.Controller.Collecting;

/// <summary>Drops events that have grown old.</summary>
internal sealed class EventExpiry(ObjectApi api, ControllerOptions options) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, api.Time);
        while (await Tick.NextAsync(timer, stoppingToken).ConfigureAwait(false))
        {
            var oldest = api.Time.GetUtcNow().UtcDateTime - options.EventAge;
            foreach (var item in api.Cache.List(new("events")).Items)
            {
                var told = item.Decode<Corev1Event>();
                if ((told.LastTimestamp ?? told.EventTime ?? told.Metadata.CreationTimestamp)?.ToUniversalTime() < oldest)
                {
                    await api.RemoveAsync(item, stoppingToken).ConfigureAwait(false);
                }
            }
        }
    }
}
