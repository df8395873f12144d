using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Metrics;

/// <summary>All that was read at one moment.</summary>
/// <param name="Elapsed">On a clock that nobody sets: only differences mean anything.</param>
/// <param name="Machine">Null where this machine tells nothing.</param>
/// <param name="Containers">The running ones that could be read.</param>
internal sealed record UsageSample(DateTimeOffset Time, TimeSpan Elapsed, MachineUsage? Machine, IReadOnlyList<MeasuredContainer> Containers)
{
    public MeasuredContainer? Find(string containerId) => Containers.FirstOrDefault(container => container.Observed.Id == containerId);
}

internal sealed record MeasuredContainer(ContainerObservation Observed, ContainerUsage Usage);

/// <param name="CpuTime">Of all processors, since the machine started.</param>
/// <param name="WorkingSetBytes">Memory that new work could not have.</param>
internal readonly record struct MachineUsage(TimeSpan CpuTime, long WorkingSetBytes);
