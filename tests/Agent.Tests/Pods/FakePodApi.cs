using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Model.Json;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>An API server's memory of pods, which can be away.</summary>
internal sealed class FakePodApi : IPodApi, IPodEvents
{
    private readonly ConcurrentQueue<(string Reason, string Message)> _events = [];

    public volatile bool Away;

    /// <summary>What readers of configuration have to wait for.</summary>
    public Task Slow { get; set; } = Task.CompletedTask;

    public ConcurrentDictionary<string, V1PodStatus> Statuses { get; } = [];

    public ConcurrentQueue<string> Deleted { get; } = [];

    public ConcurrentDictionary<ConfigReference, IReadOnlyDictionary<string, string>> Config { get; } = [];

    /// <summary>Their reasons.</summary>
    public IReadOnlyList<string> Events => [.. _events.Select(told => told.Reason)];

    public IReadOnlyList<(string Reason, string Message)> Messages => [.. _events];

    public Task<bool> PatchStatusAsync(V1Pod pod, JsonObject status, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Statuses[pod.Metadata.Name] = (V1PodStatus)ModelJson.Decode(status["status"]?.DeepClone() ?? new JsonObject(), typeof(V1PodStatus));
        return Task.FromResult(true);
    }

    public Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Deleted.Enqueue(pod.Metadata.Uid);
        return Task.CompletedTask;
    }

    public ConcurrentDictionary<string, string> RuntimeClasses { get; } = [];

    public Task<string?> FindHandlerAsync(string runtimeClass, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        return Task.FromResult(RuntimeClasses.GetValueOrDefault(runtimeClass));
    }

    /// <summary>Tokens asked for, in order: the pod, for whom, for how long.</summary>
    public ConcurrentQueue<(string Pod, string? Audience, long Seconds)> Tokens { get; } = [];

    public Func<DateTimeOffset> Now { get; set; } = static () => DateTimeOffset.UnixEpoch;

    public Task<AccountToken> RequestTokenAsync(V1Pod pod, string? audience, long seconds, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Tokens.Enqueue((pod.Metadata.Name, audience, seconds));
        return Task.FromResult(new AccountToken($"token-{Tokens.Count}", Now().AddSeconds(seconds)));
    }

    public async Task<IReadOnlyDictionary<string, string>?> ReadConfigAsync(string @namespace, ConfigReference reference, CancellationToken cancellationToken)
    {
        await Slow;
        ThrowIfAway();
        return Config.GetValueOrDefault(reference);
    }

    public Task<IReadOnlyDictionary<string, byte[]>?> ReadFilesAsync(string @namespace, ConfigReference reference, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        return Task.FromResult<IReadOnlyDictionary<string, byte[]>?>(
            Config.GetValueOrDefault(reference)?.ToDictionary(pair => pair.Key, pair => System.Text.Encoding.UTF8.GetBytes(pair.Value)));
    }

    public void Publish(V1Pod pod, V1Container? container, string type, string reason, string message) => _events.Enqueue((reason, message));

    private void ThrowIfAway()
    {
        if (Away)
        {
            throw new HttpRequestException("the API server is away");
        }
    }
}
