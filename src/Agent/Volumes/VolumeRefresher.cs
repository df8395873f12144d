using k8s.Models;

namespace Orchestrator.Agent.Volumes;

/// <summary>Lets changes of ConfigMaps, Secrets and labels reach the volumes of running pods.</summary>
internal sealed class VolumeRefresher(VolumeManager volumes, Func<IEnumerable<V1Pod>> pods, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var present = pods().ToArray();
            volumes.Keep(present.Select(pod => pod.Metadata.Uid).ToHashSet());
            foreach (var pod in present)
            {
                try
                {
                    await volumes.RefreshAsync(pod, cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    // What the volume holds stays, and so do the other pods' turns; next time may be better.
                    Log.NotRefreshed(logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, e.Message);
                }
            }
        }
    }
}
