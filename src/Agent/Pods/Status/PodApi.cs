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

    public async Task<string?> FindHandlerAsync(string runtimeClass, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.NodeV1.ReadRuntimeClassAsync(runtimeClass, cancellationToken: cancellationToken)).Handler;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<IReadOnlyDictionary<string, string>?> ReadConfigAsync(
        string @namespace, ConfigReference reference, CancellationToken cancellationToken) => FindAsync<IReadOnlyDictionary<string, string>>(reference, async () =>
    {
        if (reference.Kind == ConfigReference.ConfigMap)
        {
            var map = await client.CoreV1.ReadNamespacedConfigMapAsync(reference.Name, @namespace, cancellationToken: cancellationToken);
            return new Dictionary<string, string>(map.Data ?? new Dictionary<string, string>());
        }
        var secret = await client.CoreV1.ReadNamespacedSecretAsync(reference.Name, @namespace, cancellationToken: cancellationToken);
        return (secret.Data ?? new Dictionary<string, byte[]>()).ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value));
    });

    public Task<IReadOnlyDictionary<string, byte[]>?> ReadFilesAsync(
        string @namespace, ConfigReference reference, CancellationToken cancellationToken) => FindAsync<IReadOnlyDictionary<string, byte[]>>(reference, async () =>
    {
        if (reference.Kind == ConfigReference.Secret)
        {
            var secret = await client.CoreV1.ReadNamespacedSecretAsync(reference.Name, @namespace, cancellationToken: cancellationToken);
            return new Dictionary<string, byte[]>(secret.Data ?? new Dictionary<string, byte[]>());
        }
        var map = await client.CoreV1.ReadNamespacedConfigMapAsync(reference.Name, @namespace, cancellationToken: cancellationToken);
        var files = new Dictionary<string, byte[]>(map.BinaryData ?? new Dictionary<string, byte[]>());
        foreach (var (name, text) in map.Data ?? new Dictionary<string, string>())
        {
            files[name] = Encoding.UTF8.GetBytes(text);
        }
        return files;
    });

    public async Task<AccountToken> RequestTokenAsync(V1Pod pod, string? audience, long seconds, CancellationToken cancellationToken)
    {
        var request = new Authenticationv1TokenRequest
        {
            Spec = new()
            {
                Audiences = audience is null ? [] : [audience],
                ExpirationSeconds = seconds,
                BoundObjectRef = new() { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
            },
        };
        try
        {
            var answer = await client.CoreV1.CreateNamespacedServiceAccountTokenAsync(request, pod.Spec.ServiceAccountName, pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
            return answer.Status is { Token: { } token, ExpirationTimestamp: { } expires } ? new(token, expires) : throw new IOException("the API server answered without a token");
        }
        catch (HttpOperationException e)
        {
            throw new IOException($"a token of the service account \"{pod.Spec.ServiceAccountName}\": {(int)e.Response.StatusCode} {e.Response.ReasonPhrase}", e);
        }
    }

    private static async Task<T?> FindAsync<T>(ConfigReference reference, Func<Task<T>> read) where T : class
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
            throw new IOException($"{reference.Kind} \"{reference.Name}\": {(int)e.Response.StatusCode} {e.Response.ReasonPhrase}", e);
        }
    }
}
