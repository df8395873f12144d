using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>Guaranteed, Burstable or BestEffort, by Kubernetes' rules over cpu and memory.</summary>
internal static class QosClass
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(V1Pod pod)
    {
        var containers = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).ToList();
        if (!containers.Any(container => Counted.Any(name => Positive(container.Resources?.Requests, name) || Positive(container.Resources?.Limits, name))))
        {
            return "BestEffort";
        }
        return containers.All(container => Counted.All(name => IsGuaranteed(container.Resources, name))) ? "Guaranteed" : "Burstable";
    }

    private static bool IsGuaranteed(V1ResourceRequirements? resources, string name) =>
        Positive(resources?.Limits, name)
        && (Get(resources?.Requests, name) is not { } request || request == Get(resources?.Limits, name));

    private static bool Positive(IDictionary<string, ResourceQuantity>? quantities, string name) => Get(quantities, name) > Quantity.Zero;

    private static Quantity? Get(IDictionary<string, ResourceQuantity>? quantities, string name) =>
        quantities is not null && quantities.TryGetValue(name, out var quantity) ? Quantity.Parse(quantity.ToString()) : null;
}
