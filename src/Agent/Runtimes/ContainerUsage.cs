namespace Orchestrator.Agent.Runtimes;

/// <summary>What a running container has used.</summary>
/// <param name="CpuTime">Processor time since it started, of everything in it. Never goes back.</param>
/// <param name="WorkingSetBytes">Memory that cannot be taken back at once.</param>
internal readonly record struct ContainerUsage(string ContainerId, TimeSpan CpuTime, long WorkingSetBytes);
