using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods;

/// <summary>What every pod's worker uses.</summary>
internal sealed record PodServices(
    IContainerRuntime Runtime,
    IPodApi Api,
    IPodEvents Events,
    ConfigSource Config,
    VolumeManager Volumes,
    PodCheckpoints Checkpoints,
    Prober Prober,
    NodeFacts Node,
    BackOffPolicy BackOff,
    TimeProvider Time,
    ILogger<PodWorker> Logger)
{
    /// <summary>What the pod's RuntimeClass names; null when it has none.</summary>
    public string? Handler { get; init; }

    /// <summary>The pod is as this node noted it; the API has not been seen since the agent started.</summary>
    public bool IsRestored { get; init; }

    /// <summary>The cluster's services, which containers are told of; null where this node does not follow them.</summary>
    public ServiceDirectory? Directory { get; init; }
}

/// <summary>What pods may know of their node.</summary>
internal sealed record NodeFacts(string Name, string Address, IReadOnlyDictionary<string, Quantity> Allocatable);
