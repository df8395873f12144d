using k8s.Models;

namespace Orchestrator.Controller.Scheduling;

/// <summary>A node with what runs on it. Used by the scheduler's one loop only.</summary>
internal sealed class NodeInfo(string name)
{
    private readonly Dictionary<string, PodInfo> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _kin = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Null while only pods of it are known, and when it was deleted.</summary>
    public V1Node? Node { get; private set; }
    public ResourceAmounts Allocatable { get; private set; } = ResourceAmounts.Zero;
    public long AllocatablePods { get; private set; }
    public ResourceAmounts Requested { get; private set; } = ResourceAmounts.Zero;
    public int PodCount => _pods.Count;
    public IEnumerable<HostPort> HostPorts => _pods.Values.SelectMany(pod => pod.HostPorts);

    public void Set(V1Node? node)
    {
        Node = node;
        var amounts = ResourceAmounts.Of(node?.Status?.Allocatable ?? node?.Status?.Capacity);
        Allocatable = amounts;
        AllocatablePods = amounts.Others.GetValueOrDefault("pods", long.MaxValue);
    }

    public void Add(PodInfo pod)
    {
        if (!_pods.TryAdd(pod.Uid, pod))
        {
            return;
        }
        Requested = Requested.Plus(pod.Requests);
        _kin[pod.Controller] = _kin.GetValueOrDefault(pod.Controller) + 1;
    }

    public void Remove(string uid)
    {
        if (!_pods.Remove(uid, out var pod))
        {
            return;
        }
        Requested = Requested.Minus(pod.Requests);
        if (--_kin[pod.Controller] == 0)
        {
            _kin.Remove(pod.Controller);
        }
    }

    /// <summary>Pods here of the same controller.</summary>
    public int KinOf(PodInfo pod) => pod.Controller.Length == 0 ? 0 : _kin.GetValueOrDefault(pod.Controller);
}
