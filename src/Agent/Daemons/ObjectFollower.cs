using k8s;
using k8s.Models;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Daemons;

/// <summary>Where objects of one kind come from.</summary>
internal sealed record ObjectFeed<T>(
    Func<CancellationToken, Task<(IEnumerable<T> Items, string Revision)>> ListAsync, Func<string, CancellationToken, IAsyncEnumerable<(PodChange Change, T Item)>> Watch)
    where T : IKubernetesObject<V1ObjectMeta>;

/// <summary>Keeps what was seen of one kind as the API has it; what was seen stays while the API is away.</summary>
/// <param name="isAway">Told true when the API did not answer, false when it did.</param>
internal sealed class ObjectFollower<T>(ObjectFeed<T> feed, IObjectSink<T> seen, Action<bool> isAway, TimeProvider time, ILogger logger)
    where T : IKubernetesObject<V1ObjectMeta>
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? revision = null;
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                // Asked each time that a watch has ended: it is also how the API's return is noticed.
                var (items, listed) = await feed.ListAsync(cancellationToken);
                seen.Replace(items);
                isAway(false);
                retry = new RetryDelay();
                revision = listed;
                await foreach (var (change, item) in feed.Watch(revision, cancellationToken))
                {
                    if (change != PodChange.Bookmark)
                    {
                        seen.Apply(change, item);
                    }
                }
            }
            catch (FeedExpiredException)
            {
                // Listed anew.
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                isAway(true);
                Log.WatchBroke(logger, typeof(T).Name, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }
}
