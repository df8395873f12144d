namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>What is written down about a container before it starts. Its environment is not: secrets stay off the disk.</summary>
internal sealed record ContainerRecord
{
    public required string Id { get; init; }
    public required string PodUid { get; init; }
    public required string Namespace { get; init; }
    public required string PodName { get; init; }
    public required string Name { get; init; }
    public required int Attempt { get; init; }
    public required string Image { get; init; }
    public required string ImageId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What is written down when it has started. <paramref name="StartTicks"/> tells this process from a later one of the same pid.</summary>
internal sealed record StartRecord(int Pid, long StartTicks, DateTimeOffset StartedAt);

/// <summary>A pod's address, kept until its sandbox is stopped.</summary>
internal sealed record SandboxRecord(
    string PodUid, string Namespace, string PodName, string Hostname, string Address, bool Ready, DateTimeOffset CreatedAt)
{
    public IReadOnlyList<HostPortRecord> Ports { get; init; } = [];
}

/// <param name="FinishedAt">The moment the file that tells it was written.</param>
internal sealed record ExitRecord(int ExitCode, string? Reason, string? Message, DateTimeOffset FinishedAt);
