using k8s;
using k8s.Models;

namespace Orchestrator.Agent.Pods;

internal sealed class PodFeed : IPodFeed
{
    private readonly IKubernetes _client;
    private readonly string _selector;

    public PodFeed(IKubernetes client, string nodeName) => (_client, _selector) = (client, $"spec.nodeName={nodeName}");

    private PodFeed(IKubernetes client) => (_client, _selector) = (client, "spec.nodeName!=");

    /// <summary>Every pod that has a node, whichever it is.</summary>
    public static PodFeed OfAllNodes(IKubernetes client) => new(client);

    public Task<V1PodList> ListAsync(CancellationToken cancellationToken) =>
        _client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: _selector, cancellationToken: cancellationToken);

    public IAsyncEnumerable<(PodChange Change, V1Pod Pod)> WatchAsync(string revision, CancellationToken cancellationToken) =>
        WatchStream.ReadAsync(onError => _client.CoreV1.WatchListPodForAllNamespacesAsync(allowWatchBookmarks: true, fieldSelector: _selector,
            resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken);
}
