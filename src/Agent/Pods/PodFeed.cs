using System.Net;
using System.Runtime.CompilerServices;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Orchestrator.Agent.Pods;

internal sealed class PodFeed : IPodFeed
{
    /// <summary>How long one watch request lasts. Ending it now and then finds a connection that died without a word.</summary>
    private const int WatchSeconds = 300;

    private readonly IKubernetes _client;
    private readonly string _selector;

    public PodFeed(IKubernetes client, string nodeName) => (_client, _selector) = (client, $"spec.nodeName={nodeName}");

    private PodFeed(IKubernetes client) => (_client, _selector) = (client, "spec.nodeName!=");

    /// <summary>Every pod that has a node, whichever it is.</summary>
    public static PodFeed OfAllNodes(IKubernetes client) => new(client);

    public Task<V1PodList> ListAsync(CancellationToken cancellationToken) =>
        _client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: _selector, cancellationToken: cancellationToken);

    public async IAsyncEnumerable<(PodChange Change, V1Pod Pod)> WatchAsync(
        string revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? error = null;
        var changes = _client.CoreV1.WatchListPodForAllNamespacesAsync(
            allowWatchBookmarks: true,
            fieldSelector: _selector,
            resourceVersion: revision,
            timeoutSeconds: WatchSeconds,
            onError: e => error = e,
            cancellationToken: cancellationToken);
        await using var enumerator = changes.GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(enumerator))
        {
            ThrowIfExpired(error);
            var (type, pod) = enumerator.Current;
            yield return (type switch
            {
                WatchEventType.Deleted => PodChange.Removed,
                WatchEventType.Bookmark => PodChange.Bookmark,
                _ => PodChange.Set,
            }, pod);
        }
        ThrowIfExpired(error);
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<(WatchEventType, V1Pod)> enumerator)
    {
        try
        {
            return await enumerator.MoveNextAsync();
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Gone)
        {
            throw new FeedExpiredException();
        }
    }

    private static void ThrowIfExpired(Exception? error)
    {
        switch (error)
        {
            case null:
                return;
            case KubernetesException { Status.Code: (int)HttpStatusCode.Gone }:
                throw new FeedExpiredException();
            default:
                throw error;
        }
    }
}
