using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>Why this node will not run a pod that was bound to it: the status reason and message of the pod that fails for it.</summary>
internal sealed record PodRejection(string Reason, string Message);

/// <summary>The node's own last word on a pod: the scheduler may have counted on an older state.</summary>
internal static class NodeAdmission
{
    /// <param name="admitted">The pods that already have their place here.</param>
    /// <returns>Null when there is room.</returns>
    public static PodRejection? Judge(V1Pod pod, IReadOnlyCollection<V1Pod> admitted, IReadOnlyDictionary<string, Quantity> allocatable)
    {
        if (allocatable.TryGetValue("pods", out var pods) && admitted.Count + 1 > pods.ToInt64Ceiling())
        {
            return OutOf("pods", Quantity.FromInt64(1), Quantity.FromInt64(admitted.Count), pods);
        }
        var used = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, quantity) in admitted.SelectMany(PodResources.Requests))
        {
            used[name] = used.GetValueOrDefault(name) + quantity;
        }
        foreach (var (name, requested) in PodResources.Requests(pod))
        {
            var capacity = allocatable.GetValueOrDefault(name);
            var taken = used.GetValueOrDefault(name);
            if (requested > Quantity.Zero && requested + taken > capacity)
            {
                return OutOf(name, requested, taken, capacity);
            }
        }
        var ports = admitted.SelectMany(HostPorts).ToList();
        return HostPorts(pod).Any(port => ports.Exists(port.ConflictsWith))
            ? new("NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports")
            : null;
    }

    // The numbers are in the unit they are counted in: millicpu, bytes, pieces.
    private static PodRejection OutOf(string name, Quantity requested, Quantity used, Quantity capacity)
    {
        return new($"OutOf{name}",
            $"Pod was rejected: Node didn't have enough resource: {name}, requested: {Unit(requested)}, used: {Unit(used)}, capacity: {Unit(capacity)}");

        long Unit(Quantity quantity) => name == "cpu" ? quantity.ToMilliCeiling() : quantity.ToInt64Ceiling();
    }

    private static IEnumerable<HostPort> HostPorts(V1Pod pod) =>
        from container in pod.Spec.Containers
        from port in container.Ports ?? []
        where port.HostPort is > 0
        select new HostPort(port.HostPort.GetValueOrDefault(), port.Protocol ?? "TCP", string.IsNullOrEmpty(port.HostIP) ? "0.0.0.0" : port.HostIP);

    private readonly record struct HostPort(int Port, string Protocol, string Address)
    {
        public bool ConflictsWith(HostPort other) => Port == other.Port && Protocol == other.Protocol
            && (Address == other.Address || Address == "0.0.0.0" || other.Address == "0.0.0.0");
    }
}
