using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What one container of a pod uses.</summary>
public sealed class ContainerUsage
{
    private readonly Quantity _cpu;
    private readonly Quantity _memory;

    internal ContainerUsage(string pod, string name, Quantity cpu, Quantity memory) => (Pod, Name, _cpu, _memory) = (pod, name, cpu, memory);

    public string Pod { get; }
    public string Name { get; }
    public long CpuMillicores => _cpu.ToMilliCeiling();
    public long MemoryBytes => _memory.ToInt64Ceiling();
    public string Cpu => ResourceUsage.CpuText(_cpu);
    public string Memory => ResourceUsage.MemoryText(_memory);

    public override string ToString() => $"{Name}: {Cpu}, {Memory}";
}
