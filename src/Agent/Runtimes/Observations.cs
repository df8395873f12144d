namespace Orchestrator.Agent.Runtimes;

internal enum ContainerState
{
    /// <summary>Made, not started.</summary>
    Created,
    Running,
    /// <summary>Ended; it never runs again.</summary>
    Exited,
}

/// <summary>A pod as the runtime has it. <see cref="Sandbox"/> is null when only remains of containers are left.</summary>
internal sealed record PodObservation(string PodUid, SandboxObservation? Sandbox, IReadOnlyList<ContainerObservation> Containers);

/// <param name="Ready">False once it was stopped: its address is given back, <see cref="Address"/> is what it was.</param>
internal sealed record SandboxObservation(string PodUid, string Namespace, string PodName, string Address, bool Ready, DateTimeOffset CreatedAt)
{
    /// <summary>Changes when the pod gets another sandbox.</summary>
    public string? Id { get; init; }

    /// <summary>The RuntimeClass handler it was made with; null for none.</summary>
    public string? Handler { get; init; }
}

internal sealed record ContainerObservation
{
    public required string Id { get; init; }
    public required string PodUid { get; init; }
    public required string Name { get; init; }
    /// <summary>0 for the first, then one more for each restart: the pod's <c>restartCount</c>.</summary>
    public required int Attempt { get; init; }
    public required string Image { get; init; }
    public required string ImageId { get; init; }
    /// <summary>The sandbox it was made for; null where a sandbox cannot die under its containers.</summary>
    public string? SandboxId { get; init; }
    public required ContainerState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>128 + signal when a signal ended it.</summary>
    public int? ExitCode { get; init; }
    /// <summary>Kubernetes' reason where the runtime knows one: OOMKilled, StartError, ContainerStatusUnknown.</summary>
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <param name="Id">What the image's content is, not its name: a digest.</param>
internal sealed record ImageObservation(string Name, string Id);

/// <param name="Output">Standard output and error as they came, cut at 10 KiB.</param>
internal sealed record ExecResult(int ExitCode, string Output, bool TimedOut);
