using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>Amounts of resources: CPU in millicores, all else in whole units (memory in bytes).</summary>
internal sealed record ResourceAmounts(long CpuMillicores, long MemoryBytes, ImmutableSortedDictionary<string, long> Others)
{
    public static ResourceAmounts Zero { get; } = new(0, 0, ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    public static ResourceAmounts Of(IEnumerable<KeyValuePair<string, ResourceQuantity>>? list)
    {
        var (cpu, memory, others) = (0L, 0L, Zero.Others);
        foreach (var (name, text) in list ?? [])
        {
            if (!Quantity.TryParse(text?.ToString(), out var quantity))
            {
                continue;
            }
            switch (name)
            {
                case "cpu":
                    cpu = quantity.ToMilliCeiling();
                    break;
                case "memory":
                    memory = quantity.ToInt64Ceiling();
                    break;
                default:
                    others = others.SetItem(name, quantity.ToInt64Ceiling());
                    break;
            }
        }
        return new(cpu, memory, others);
    }

    /// <summary>
    /// What a pod takes of a node: its containers together, or its largest init step if that is more, and the overhead. A sidecar counts with
    /// the containers and with every init step after it. Source: Kubernetes documentation, "Init Containers" and "Sidecar Containers".
    /// </summary>
    public static ResourceAmounts OfPod(V1PodSpec spec) => OfPod(spec, static container => container.Resources?.Requests);

    /// <summary>The same of what else a container has a list of: its limits.</summary>
    public static ResourceAmounts OfPod(V1PodSpec spec, Func<V1Container, IDictionary<string, ResourceQuantity>?> list)
    {
        var running = (spec.Containers ?? []).Aggregate(Zero, (sum, container) => sum.Plus(Of(list(container))));
        var (sidecars, largestStep) = (Zero, Zero);
        foreach (var container in spec.InitContainers ?? [])
        {
            var own = Of(list(container));
            if (container.RestartPolicy == "Always")
            {
                sidecars = sidecars.Plus(own);
                largestStep = largestStep.Max(sidecars);
            }
            else
            {
                largestStep = largestStep.Max(sidecars.Plus(own));
            }
        }
        return running.Plus(sidecars).Max(largestStep).Plus(Of(spec.Overhead));
    }

    public ResourceAmounts Plus(ResourceAmounts other) => new(CpuMillicores + other.CpuMillicores, MemoryBytes + other.MemoryBytes, Join(other, static (a, b) => a + b));
    public ResourceAmounts Minus(ResourceAmounts other) => new(CpuMillicores - other.CpuMillicores, MemoryBytes - other.MemoryBytes, Join(other, static (a, b) => a - b));
    private ResourceAmounts Max(ResourceAmounts other) => new(Math.Max(CpuMillicores, other.CpuMillicores), Math.Max(MemoryBytes, other.MemoryBytes), Join(other, Math.Max));

    private ImmutableSortedDictionary<string, long> Join(ResourceAmounts other, Func<long, long, long> join) =>
        other.Others.Aggregate(Others, (sum, pair) => sum.SetItem(pair.Key, join(sum.GetValueOrDefault(pair.Key), pair.Value)));
}
