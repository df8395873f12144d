using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Configuration;

internal static class PodResources
{
    /// <summary>What the pod asks of its node: the sum of its containers, or its largest init container, and the overhead.</summary>
    public static Dictionary<string, Quantity> Requests(V1Pod pod)
    {
        var total = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, quantity) in pod.Spec.Containers.SelectMany(Of))
        {
            total[name] = total.GetValueOrDefault(name) + quantity;
        }
        foreach (var (name, quantity) in (pod.Spec.InitContainers ?? []).SelectMany(Of))
        {
            total[name] = total.GetValueOrDefault(name) is var sum && sum > quantity ? sum : quantity;
        }
        foreach (var (name, quantity) in pod.Spec.Overhead ?? new Dictionary<string, ResourceQuantity>())
        {
            total[name] = total.GetValueOrDefault(name) + Quantity.Parse(quantity.ToString());
        }
        return total;
    }

    private static IEnumerable<KeyValuePair<string, Quantity>> Of(V1Container container)
    {
        var requests = container.Resources?.Requests ?? new Dictionary<string, ResourceQuantity>();
        var limits = container.Resources?.Limits ?? new Dictionary<string, ResourceQuantity>();
        return requests.Concat(limits.Where(limit => !requests.ContainsKey(limit.Key)))
            .Select(pair => KeyValuePair.Create(pair.Key, Quantity.Parse(pair.Value.ToString())));
    }
}
