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

    /// <summary>The pod ran here before this agent did: what the API was told of it is not known until it is seen.</summary>
    public bool IsRestored { get; init; }

    /// <summary>The cluster's services, which containers are told of; null where this node does not follow them.</summary>
    public ServiceDirectory? Directory { get; init; }
}

/// <summary>What pods may know of their node.</summary>
internal sealed record NodeFacts(string Name, string Address, IReadOnlyDictionary<string, Quantity> Allocatable);
