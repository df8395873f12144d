using Docker.DotNet.Models;
using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Requests and limits as the kernel counts them, by the kubelet's arithmetic.</summary>
internal static class ResourceSettings
{
    private const long PeriodMicroseconds = 100_000;
    private const long LeastQuotaMicroseconds = 1000;
    private const long SharesPerCpu = 1024;
    private const long LeastShares = 2;
    private const long MostShares = 262_144;

    public static void Apply(HostConfig host, V1PodSpec pod, V1Container container, long pidsLimit, long machineMemoryBytes)
    {
        var limits = container.Resources?.Limits;
        var cpuLimit = Get(limits, "cpu");
        // A limit without a request is the request too.
        var cpu = Get(container.Resources?.Requests, "cpu") ?? cpuLimit;
        host.CPUShares = Math.Clamp((cpu?.ToMilliCeiling() ?? 0) * SharesPerCpu / 1000, LeastShares, MostShares);
        if (cpuLimit is { } quota && quota > Quantity.Zero)
        {
            host.CPUPeriod = PeriodMicroseconds;
            host.CPUQuota = Math.Max(LeastQuotaMicroseconds, quota.ToMilliCeiling() * PeriodMicroseconds / 1000);
        }
        if (Get(limits, "memory") is { } memory && memory > Quantity.Zero)
        {
            host.Memory = memory.ToInt64Ceiling();
            // Equal to the memory limit: no swap beyond it.
            host.MemorySwap = host.Memory;
        }
        host.PidsLimit = pidsLimit;
        host.OomScoreAdj = OomScores.Allowed(OomScore(pod, container, machineMemoryBytes));
    }

    /// <summary>Who goes first when the machine runs out of memory: best effort, then who asked for the smallest part of it.</summary>
    public static int OomScore(V1PodSpec pod, V1Container container, long machineMemoryBytes)
    {
        var request = Get(container.Resources?.Requests, "memory") ?? Get(container.Resources?.Limits, "memory") ?? Quantity.Zero;
        return QosClass.Of(new V1Pod { Spec = pod }) switch
        {
            "Guaranteed" => -997,
            "BestEffort" => 1000,
            _ => (int)Math.Clamp(1000 - 1000 * request.ToInt64Ceiling() / Math.Max(1, machineMemoryBytes), 3, 999),
        };
    }

    private static Quantity? Get(IDictionary<string, ResourceQuantity>? quantities, string name) =>
        quantities is not null && quantities.TryGetValue(name, out var quantity) ? Quantity.Parse(quantity.ToString()) : null;
}
