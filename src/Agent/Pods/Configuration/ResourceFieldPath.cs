using System.Globalization;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>What a <c>resourceFieldRef</c> names. A limit that is not set is the node's allocatable, as Kubernetes has it.</summary>
internal static class ResourceFieldPath
{
    /// <exception cref="CreateContainerConfigException">No such resource or container.</exception>
    public static string Read(
        V1Pod pod, V1Container self, V1ResourceFieldSelector selector, IReadOnlyDictionary<string, Quantity> allocatable)
    {
        var container = string.IsNullOrEmpty(selector.ContainerName) ? self : Find(pod, selector.ContainerName);
        var dot = selector.Resource.IndexOf('.', StringComparison.Ordinal);
        var (kind, resource) = dot < 0 ? ("", "") : (selector.Resource[..dot], selector.Resource[(dot + 1)..]);
        var quantity = kind switch
        {
            "limits" => Get(container.Resources?.Limits, resource) ?? Known(allocatable, resource),
            "requests" => Get(container.Resources?.Requests, resource) ?? Get(container.Resources?.Limits, resource) ?? Quantity.Zero,
            _ => throw new CreateContainerConfigException($"unsupported container resource: {selector.Resource}"),
        };
        var divisor = selector.Divisor is { } given && Quantity.TryParse(given.ToString(), out var parsed) && parsed > Quantity.Zero
            ? parsed
            : Quantity.FromInt64(1);
        return resource == "cpu"
            ? Divide(quantity.ToMilliCeiling(), divisor.ToMilliCeiling())
            : Divide(quantity.ToInt64Ceiling(), divisor.ToInt64Ceiling());
    }

    // Rounded up: one millicpu of a divisor of one is still a processor.
    private static string Divide(long value, long divisor) => ((value + divisor - 1) / divisor).ToString(CultureInfo.InvariantCulture);

    private static Quantity? Get(IDictionary<string, ResourceQuantity>? quantities, string resource) =>
        quantities is not null && quantities.TryGetValue(resource, out var quantity) ? Quantity.Parse(quantity.ToString()) : null;

    private static Quantity Known(IReadOnlyDictionary<string, Quantity> allocatable, string resource) =>
        allocatable.TryGetValue(resource, out var quantity) ? quantity : Quantity.Zero;

    private static V1Container Find(V1Pod pod, string name) =>
        pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).FirstOrDefault(container => container.Name == name)
        ?? throw new CreateContainerConfigException($"container {name} not found");
}
