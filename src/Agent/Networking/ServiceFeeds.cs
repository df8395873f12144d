using k8s;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Networking;

/// <summary>What a network is made of, from the API: the services and slices of all namespaces, and the nodes.</summary>
internal static class ServiceFeeds
{
    public static ObjectFeed<V1Service> Services(IKubernetes client) => new(
        async cancellationToken =>
        {
            var list = await client.CoreV1.ListServiceForAllNamespacesAsync(cancellationToken: cancellationToken);
            return (list.Items, list.Metadata.ResourceVersion);
        },
        (revision, cancellationToken) => WatchStream.ReadAsync(onError => client.CoreV1.WatchListServiceForAllNamespacesAsync(
            allowWatchBookmarks: true, resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken));

    public static ObjectFeed<V1EndpointSlice> Slices(IKubernetes client) => new(
        async cancellationToken =>
        {
            var list = await client.DiscoveryV1.ListEndpointSliceForAllNamespacesAsync(cancellationToken: cancellationToken);
            return (list.Items, list.Metadata.ResourceVersion);
        },
        (revision, cancellationToken) => WatchStream.ReadAsync(onError => client.DiscoveryV1.WatchListEndpointSliceForAllNamespacesAsync(
            allowWatchBookmarks: true, resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken));

    public static ObjectFeed<V1Node> Nodes(IKubernetes client) => new(
        async cancellationToken =>
        {
            var list = await client.CoreV1.ListNodeAsync(cancellationToken: cancellationToken);
            return (list.Items, list.Metadata.ResourceVersion);
        },
        (revision, cancellationToken) => WatchStream.ReadAsync(onError => client.CoreV1.WatchListNodeAsync(
            allowWatchBookmarks: true, resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken));
}
