namespace Orchestrator.Agent.Nodes;

internal sealed record HeartbeatTimes(TimeSpan RenewEvery, TimeSpan LeaseDuration, TimeSpan StatusEvery)
{
    public TimeSpan CallLimit { get; } = TimeSpan.FromSeconds(5);
}
