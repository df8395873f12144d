using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Daemons;

/// <summary>The pods' API, where a pod that the API does not know yet is not taken for one that is gone.</summary>
internal sealed class DaemonPodApi(IPodApi api, DaemonMemory memory) : IPodApi
{
    public Task<bool> PatchStatusAsync(V1Pod pod, JsonObject status, CancellationToken cancellationToken) => memory.IsUnannounced(pod.Metadata.Uid)
        ? throw new IOException("the pod was begun while the controller was away, and is not in the API yet")
        : api.PatchStatusAsync(pod, status, cancellationToken);

    public Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken) => api.DeleteAsync(pod, cancellationToken);

    public Task<string?> FindHandlerAsync(string runtimeClass, CancellationToken cancellationToken) => api.FindHandlerAsync(runtimeClass, cancellationToken);

    public Task<IReadOnlyDictionary<string, byte[]>?> ReadFilesAsync(string @namespace, ConfigReference reference, CancellationToken cancellationToken) =>
        api.ReadFilesAsync(@namespace, reference, cancellationToken);

    public Task<AccountToken> RequestTokenAsync(V1Pod pod, string? audience, long seconds, CancellationToken cancellationToken) =>
        api.RequestTokenAsync(pod, audience, seconds, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>?> ReadConfigAsync(string @namespace, ConfigReference reference, CancellationToken cancellationToken) =>
        api.ReadConfigAsync(@namespace, reference, cancellationToken);
}
