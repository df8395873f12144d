using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Pods;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

internal sealed class VolumeApi(IKubernetes client, string node) : IVolumeApi
{
    /// <summary>The volumes that this node keeps.</summary>
    public ObjectFeed<V1PersistentVolume> Feed { get; } = new(
        async cancellationToken =>
        {
            var list = await client.CoreV1.ListPersistentVolumeAsync(fieldSelector: $"{VolumeNames.NodeField}={node}", cancellationToken: cancellationToken);
            return (list.Items, list.Metadata.ResourceVersion);
        },
        (revision, cancellationToken) => WatchStream.ReadAsync(onError => client.CoreV1.WatchListPersistentVolumeAsync(allowWatchBookmarks: true,
            fieldSelector: $"{VolumeNames.NodeField}={node}", resourceVersion: revision, timeoutSeconds: WatchStream.Seconds, onError: onError, cancellationToken: cancellationToken), cancellationToken));

    public Task<V1PersistentVolumeClaim?> FindClaimAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        FindAsync($"persistentvolumeclaim \"{name}\"", () => client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync(name, @namespace, cancellationToken: cancellationToken));

    public Task<V1PersistentVolume?> FindVolumeAsync(string name, CancellationToken cancellationToken) =>
        FindAsync($"persistentvolume \"{name}\"", () => client.CoreV1.ReadPersistentVolumeAsync(name, cancellationToken: cancellationToken));

    public Task<V1Node> ReadNodeAsync(CancellationToken cancellationToken) => client.CoreV1.ReadNodeAsync(node, cancellationToken: cancellationToken);

    public Task AnnotateAsync(V1PersistentVolume volume, IReadOnlyDictionary<string, string?> annotations, CancellationToken cancellationToken) => PatchAsync(volume, V1Patch.PatchType.MergePatch, new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["uid"] = volume.Metadata.Uid,
            ["annotations"] = new JsonObject(annotations.Select(annotation => KeyValuePair.Create(annotation.Key, (JsonNode?)annotation.Value))),
        },
    }, cancellationToken);

    public Task LetGoAsync(V1PersistentVolume volume, CancellationToken cancellationToken) => PatchAsync(volume, V1Patch.PatchType.StrategicMergePatch, new JsonObject
    {
        ["metadata"] = new JsonObject { ["uid"] = volume.Metadata.Uid, ["$deleteFromPrimitiveList/finalizers"] = new JsonArray(VolumeNames.DataFinalizer) },
    }, cancellationToken);

    private async Task PatchAsync(V1PersistentVolume volume, V1Patch.PatchType type, JsonObject patch, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.PatchPersistentVolumeAsync(new V1Patch(patch.ToJsonString(), type), volume.Metadata.Name, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // A conflict is the UID's: these patches carry no resourceVersion.
        }
    }

    private static async Task<T?> FindAsync<T>(string what, Func<Task<T>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (HttpOperationException e)
        {
            throw new IOException($"{what}: {(int)e.Response.StatusCode} {e.Response.ReasonPhrase}", e);
        }
    }
}
