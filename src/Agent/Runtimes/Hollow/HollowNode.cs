using k8s.Models;
using Orchestrator.Agent.Nodes;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>A fake node: what it says it is, the addresses it gives, the pods it has.</summary>
internal sealed class HollowNode(NodeIdentity identity) : IHollowPlace
{
    private static readonly Dictionary<string, Quantity> s_capacity = new(StringComparer.Ordinal)
    {
        ["cpu"] = Quantity.FromInt64(4),
        ["memory"] = Quantity.FromBytes(32L << 30),
        ["ephemeral-storage"] = Quantity.FromBytes(100L << 30),
        ["pods"] = Quantity.FromInt64(110),
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HollowPod> _pods = [];
    private AddressPool? _addresses;

    public NodeIdentity Identity => identity;

    public string HostAddress => identity.Address;

    /// <summary>The same on every machine, so that what is measured is: 4 CPUs, 32 GiB, 100 GiB of disk, 110 pods; what the options give wins.</summary>
    public static NodeIdentity Describe(
        string name, string address, IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, Quantity> capacity)
    {
        var has = new Dictionary<string, Quantity>(s_capacity, StringComparer.Ordinal);
        foreach (var (resource, quantity) in capacity)
        {
            has[resource] = quantity;
        }
        var info = Machine.Describe($"{HollowContainers.Runtime}://{typeof(HollowNode).Assembly.GetName().Version?.ToString(3)}");
        // They are one machine's, and each of these claims to be another.
        (info.MachineID, info.SystemUUID) = (name, name);
        return new(name, address, [HollowContainers.Runtime], new Dictionary<string, string>(labels) { [WellKnown.HollowLabel] = "true" }, has, info);
    }

    public void UseAddressRange(string range)
    {
        lock (_lock)
        {
            _addresses = _addresses?.Cidr == range ? _addresses : new AddressPool(range);
        }
    }

    /// <summary>Takes a pod in, or turns it down as a real node would.</summary>
    public HollowPod Add(V1Pod pod, Func<PodRejection?, HollowPod> make)
    {
        lock (_lock)
        {
            // One that has started here before keeps its place, and one that was turned down stays so.
            var rejection = pod.Status is { Phase: "Failed", Reason: { } reason, ContainerStatuses: not { Count: > 0 } } ? new(reason, pod.Status.Message ?? "")
                : pod.Status?.StartTime is not null ? null
                : NodeAdmission.Judge(pod, [.. _pods.Values.Where(other => other.IsAdmitted).Select(other => other.Pod)], identity.Capacity);
            return _pods[pod.Metadata.Uid] = make(rejection);
        }
    }

    public void Remove(string podUid)
    {
        lock (_lock)
        {
            _pods.Remove(podUid);
        }
    }

    public string? TryAllocate()
    {
        lock (_lock)
        {
            return _addresses?.TryAllocate();
        }
    }

    public void Take(string address)
    {
        lock (_lock)
        {
            _addresses?.Take(address);
        }
    }

    public void Return(string address)
    {
        lock (_lock)
        {
            _addresses?.Return(address);
        }
    }
}
