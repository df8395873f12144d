using System.Runtime.CompilerServices;
using k8s.Models;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Daemons;

/// <summary>The feed of this node's pods: what passes is remembered, and a list has the pods too that the API does not know yet.</summary>
internal sealed class DaemonPodFeed(IPodFeed feed, DaemonMemory memory) : IPodFeed
{
    public async Task<V1PodList> ListAsync(CancellationToken cancellationToken)
    {
        var list = await feed.ListAsync(cancellationToken);
        var unannounced = memory.Unannounced.ExceptBy(list.Items.Select(pod => pod.Metadata.Uid), pod => pod.Metadata.Uid).ToArray();
        memory.Pods.Replace(list.Items);
        list.Items = [.. list.Items, .. unannounced];
        return list;
    }

    public async IAsyncEnumerable<(PodChange Change, V1Pod Pod)> WatchAsync(string revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (change, pod) in feed.WatchAsync(revision, cancellationToken))
        {
            if (change != PodChange.Bookmark)
            {
                memory.Pods.Apply(change, pod);
            }
            yield return (change, pod);
        }
    }
}
