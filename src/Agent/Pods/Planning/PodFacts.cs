using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Planning;

/// <summary>Everything the next step of a pod depends on.</summary>
internal sealed record PodFacts
{
    /// <summary>As the API has it, with the status it last had there.</summary>
    public required V1Pod Pod { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required string HostAddress { get; init; }
    /// <summary>Its name is the scheme of container ids.</summary>
    public required string Runtime { get; init; }
    public required BackOffPolicy BackOff { get; init; }
    public SandboxObservation? Sandbox { get; init; }
    public bool SandboxBusy { get; init; }
    public StartFailure? SandboxFailure { get; init; }
    /// <summary>Every attempt the runtime still has.</summary>
    public IReadOnlyList<ContainerObservation> Containers { get; init; } = [];
    /// <summary>By container name; absent is <see cref="ContainerMemory.Empty"/>.</summary>
    public IReadOnlyDictionary<string, ContainerMemory> Memory { get; init; } = new Dictionary<string, ContainerMemory>();
    /// <summary>Last words by container id.</summary>
    public IReadOnlyDictionary<string, string> TerminationMessages { get; init; } = new Dictionary<string, string>();
    public PodStop? Stop { get; init; }
    /// <summary>
    /// Its containers are as ready as their probes say. A pod that is deleted stays so until they end: new clients keep away by its deletion, and those
    /// that have nowhere else to go are still served. One that ends for another reason gets nobody. Source: Kubernetes documentation, "Explore
    /// Termination Behavior for Pods And Their Endpoints".
    /// </summary>
    public bool MayBeReady => Stop is null or { Cause: StopCause.Deleted };
    public PodRejection? Rejection { get; init; }
    /// <summary>What the runtime cannot give this pod.</summary>
    public IReadOnlyList<string> Unsupported { get; init; } = [];

    public ContainerMemory MemoryOf(string container) => Memory.GetValueOrDefault(container, ContainerMemory.Empty);

    /// <summary>It belongs to the sandbox that the pod has now, not to one that died.</summary>
    public bool IsOfThisSandbox(ContainerObservation observation) =>
        observation.SandboxId is null || Sandbox?.Id is null || observation.SandboxId == Sandbox.Id;

    public ContainerObservation? Latest(string container) =>
        Containers.Where(observation => observation.Name == container).MaxBy(observation => observation.Attempt);

    public ContainerObservation? Previous(string container) =>
        Containers.Where(observation => observation.Name == container).OrderByDescending(observation => observation.Attempt).ElementAtOrDefault(1);
}

internal enum ContainerOperation
{
    None,
    Starting,
    Stopping,
}

/// <summary>What the loop knows of a container beyond what the runtime shows.</summary>
internal sealed record ContainerMemory
{
    public static ContainerMemory Empty { get; } = new();

    public ContainerOperation Operation { get; init; }
    public StartFailure? Failure { get; init; }
    public RestartBackOff? BackOff { get; init; }
    public RestartBackOff? PullBackOff { get; init; }
    /// <summary>Startup probe passed, or there is none.</summary>
    public bool Started { get; init; }
    public bool Ready { get; init; }
    /// <summary>Why a running container has to be replaced: its liveness or startup probe, its postStart hook.</summary>
    public string? Unhealthy { get; init; }

    /// <summary>The same after the clock was set by so much.</summary>
    public ContainerMemory Moved(TimeSpan by) => this with
    {
        Failure = Failure?.Moved(by),
        BackOff = BackOff is { } backOff ? backOff with { Since = backOff.Since + by } : null,
        PullBackOff = PullBackOff is { } pull ? pull with { Since = pull.Since + by } : null,
    };
}

/// <summary>A start that did not succeed.</summary>
/// <param name="RetryAt">Null when trying again cannot help.</param>
internal sealed record StartFailure(string Reason, string Message, DateTimeOffset At, DateTimeOffset? RetryAt)
{
    /// <summary>The same after the clock was set by so much.</summary>
    public StartFailure Moved(TimeSpan by) => this with { At = At + by, RetryAt = RetryAt + by };
}

internal enum StopCause
{
    /// <summary>metadata.deletionTimestamp is set: what is left to do ends with removing the object.</summary>
    Deleted,
    /// <summary>The object is gone.</summary>
    Vanished,
    /// <summary>The pod failed as a whole; its object stays.</summary>
    Failed,
}

/// <param name="Deadline">When what still runs is killed.</param>
/// <param name="Reason">Of a pod that failed as a whole: DeadlineExceeded, Evicted.</param>
internal sealed record PodStop(StopCause Cause, DateTimeOffset Deadline, string? Reason = null, string? Message = null);
