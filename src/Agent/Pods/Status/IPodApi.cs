using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;

namespace Orchestrator.Agent.Pods.Status;

/// <summary>What a pod's worker asks of the API server. Every failure but the named ones is an exception, and worth another try.</summary>
internal interface IPodApi
{
    /// <returns>False when the pod is gone or another one has its name.</returns>
    Task<bool> PatchStatusAsync(V1Pod pod, JsonObject status, CancellationToken cancellationToken);

    /// <summary>Removes the object for good; succeeds when it is gone already.</summary>
    Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken);

    /// <returns>The handler of a RuntimeClass, or null when there is no such object.</returns>
    Task<string?> FindHandlerAsync(string runtimeClass, CancellationToken cancellationToken);

    /// <returns>Its data as it is, binary data included, or null when there is no such object.</returns>
    Task<IReadOnlyDictionary<string, byte[]>?> ReadFilesAsync(string @namespace, ConfigReference reference, CancellationToken cancellationToken);

    /// <summary>A token of the pod's service account, bound to the pod.</summary>
    Task<AccountToken> RequestTokenAsync(V1Pod pod, string? audience, long seconds, CancellationToken cancellationToken);

    /// <returns>Its data as text, or null when there is no such object.</returns>
    Task<IReadOnlyDictionary<string, string>?> ReadConfigAsync(string @namespace, ConfigReference reference, CancellationToken cancellationToken);
}
