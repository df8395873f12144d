using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Daemons;

internal sealed class DaemonApi(IKubernetes client, IPodApi pods) : IDaemonApi
{
    public async Task<bool> CreateAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.CreateNamespacedPodAsync(pod, pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
            return true;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (HttpOperationException e) when ((int)e.Response.StatusCode is >= 400 and < 500)
        {
            throw new DaemonRefusedException(Message(e), e);
        }
    }

    public Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken) => pods.DeleteAsync(pod, cancellationToken);

    public static ObjectFeed<V1DaemonSet> Sets(IKubernetes client) => new(
        async cancellationToken =>
        {
            var list = await client.AppsV1.ListDaemonSetForAllNamespacesAsync(cancellationToken: cancellationToken);
            return (list.Items, list.Metadata.ResourceVersion);
        },
        (revision, cancellationToken) => WatchStream.ReadAsync(onError => client.AppsV1.WatchListDaemonSetForAllNamespacesAsync(
            allowWatchBookmarks: true, resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken));

    public static ObjectFeed<V1Node> Node(IKubernetes client, string name) => new(
        async cancellationToken =>
        {
            var list = await client.CoreV1.ListNodeAsync(fieldSelector: $"metadata.name={name}", cancellationToken: cancellationToken);
            return (list.Items, list.Metadata.ResourceVersion);
        },
        (revision, cancellationToken) => WatchStream.ReadAsync(onError => client.CoreV1.WatchListNodeAsync(allowWatchBookmarks: true, fieldSelector: $"metadata.name={name}",
            resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken));

    /// <summary>The controller's own words, where it gave some.</summary>
    private static string Message(HttpOperationException e)
    {
        try
        {
            return (string?)JsonNode.Parse(e.Response.Content ?? "")?["message"] ?? e.Message;
        }
        catch (System.Text.Json.JsonException)
        {
            return e.Message;
        }
    }
}
