using k8s;
using k8s.Models;

namespace Orchestrator.Agent.Pods;

internal sealed class PodFeed(IKubernetes client, string nodeName) : IPodFeed
{
    private readonly string _selector = $"spec.nodeName={nodeName}";

    public Task<V1PodList> ListAsync(CancellationToken cancellationToken) =>
        client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: _selector, cancellationToken: cancellationToken);

    public IAsyncEnumerable<(PodChange Change, V1Pod Pod)> WatchAsync(string revision, CancellationToken cancellationToken) =>
        WatchStream.ReadAsync(onError => client.CoreV1.WatchListPodForAllNamespacesAsync(allowWatchBookmarks: true, fieldSelector: _selector,
            resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken);
}
