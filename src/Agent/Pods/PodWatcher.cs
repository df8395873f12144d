using k8s.Models;

namespace Orchestrator.Agent.Pods;

/// <summary>Keeps the pods here as the API has them: list, watch from there, list again when the watch cannot go on.</summary>
internal sealed class PodWatcher(IPodFeed feed, IPodSink table, TimeProvider time, ILogger<PodWatcher> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? revision = null;
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                if (revision is null)
                {
                    var list = await feed.ListAsync(cancellationToken);
                    await table.ReplaceAsync([.. list.Items], cancellationToken);
                    revision = list.Metadata.ResourceVersion;
                }
                retry = new RetryDelay();
                await foreach (var (change, pod) in feed.WatchAsync(revision, cancellationToken))
                {
                    revision = pod.Metadata.ResourceVersion ?? revision;
                    Apply(change, pod);
                }
            }
            catch (FeedExpiredException)
            {
                revision = null;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.WatchBroke(logger, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }

    private void Apply(PodChange change, V1Pod pod)
    {
        switch (change)
        {
            case PodChange.Set:
                table.Set(pod);
                break;
            case PodChange.Removed:
                table.Remove(pod);
                break;
        }
    }
}
