namespace Orchestrator.Agent.Nodes;

internal sealed record HeartbeatTimes(TimeSpan RenewEvery, TimeSpan LeaseDuration, TimeSpan StatusEvery)
{
    /// <summary>How often the node's object is looked for when there is nothing to write to it.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan CallLimit { get; } = TimeSpan.FromSeconds(5);
}
