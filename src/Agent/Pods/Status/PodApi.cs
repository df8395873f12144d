using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;

namespace Orchestrator.Agent.Pods.Status;

internal sealed class PodApi(IKubernetes client) : IPodApi
{
    public async Task<bool> PatchStatusAsync(V1Pod pod, JsonObject status, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.PatchNamespacedPodStatusAsync(
                new V1Patch(status.ToJsonString(), V1Patch.PatchType.StrategicMergePatch),
                pod.Metadata.Name,
                pod.Metadata.NamespaceProperty,
                cancellationToken: cancellationToken);
            return true;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // A conflict is the UID's: this patch carries no resourceVersion.
            return false;
        }
    }

    public async Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.DeleteNamespacedPodWithHttpMessagesAsync(
                pod.Metadata.Name,
                pod.Metadata.NamespaceProperty,
                new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new() { Uid = pod.Metadata.Uid } },
                cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
        }
    }

    public async Task<IReadOnlyDictionary<string, string>?> ReadConfigAsync(
        string @namespace, ConfigReference reference, CancellationToken cancellationToken)
    {
        try
        {
            if (reference.Kind == ConfigReference.ConfigMap)
            {
                var map = await client.CoreV1.ReadNamespacedConfigMapAsync(reference.Name, @namespace, cancellationToken: cancellationToken);
                return new Dictionary<string, string>(map.Data ?? new Dictionary<string, string>());
            }
            var secret = await client.CoreV1.ReadNamespacedSecretAsync(reference.Name, @namespace, cancellationToken: cancellationToken);
            return (secret.Data ?? new Dictionary<string, byte[]>()).ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value));
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (HttpOperationException e)
        {
            throw new IOException($"{reference.Kind} \"{reference.Name}\": {(int)e.Response.StatusCode} {e.Response.ReasonPhrase}", e);
        }
    }
}
