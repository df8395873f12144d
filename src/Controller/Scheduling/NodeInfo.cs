using k8s.Models;

namespace Orchestrator.Controller.Scheduling;

/// <summary>A node with what runs on it. Used by the scheduler's one loop only.</summary>
/// <param name="index">Its place in every array by node; no two nodes have the same at the same time.</param>
internal sealed class NodeInfo(string name, int index)
{
    private readonly Dictionary<string, PodInfo> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _kin = new(StringComparer.Ordinal);
    private readonly List<PodInfo> _nominated = [];

    public string Name => name;
    public int Index => index;

    /// <summary>Null while only pods of it are known, and when it was deleted.</summary>
    public V1Node? Node { get; private set; }
    public ResourceAmounts Allocatable { get; private set; } = ResourceAmounts.Zero;
    public long AllocatablePods { get; private set; }
    public ResourceAmounts Requested { get; private set; } = ResourceAmounts.Zero;
    public int PodCount => _pods.Count;
    public IReadOnlyCollection<PodInfo> Pods => _pods.Values;
    public IReadOnlyList<PodInfo> Nominated => _nominated;
    public IEnumerable<HostPort> HostPorts => _pods.Values.SelectMany(pod => pod.Class.HostPorts);
    /// <summary>Bytes of each image that the node has, by each of its names.</summary>
    public IReadOnlyDictionary<string, long> Images { get; private set; } = new Dictionary<string, long>();

    public void Set(V1Node? node)
    {
        Node = node;
        var amounts = ResourceAmounts.Of(node?.Status?.Allocatable ?? node?.Status?.Capacity);
        Allocatable = amounts;
        AllocatablePods = amounts.Others.GetValueOrDefault("pods", long.MaxValue);
        var images = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var image in node?.Status?.Images ?? [])
        {
            foreach (var known in image.Names ?? [])
            {
                images[known] = image.SizeBytes ?? 0;
            }
        }
        Images = images;
    }

    public bool Add(PodInfo pod)
    {
        if (!_pods.TryAdd(pod.Uid, pod))
        {
            return false;
        }
        Requested = Requested.Plus(pod.Class.Requests);
        _kin[pod.Class.Controller] = _kin.GetValueOrDefault(pod.Class.Controller) + 1;
        return true;
    }

    public PodInfo? Remove(string uid)
    {
        if (!_pods.Remove(uid, out var pod))
        {
            return null;
        }
        Requested = Requested.Minus(pod.Class.Requests);
        if (--_kin[pod.Class.Controller] == 0)
        {
            _kin.Remove(pod.Class.Controller);
        }
        return pod;
    }

    public void Nominate(PodInfo pod) => _nominated.Add(pod);

    public bool Unnominate(string uid) => _nominated.RemoveAll(pod => pod.Uid == uid) > 0;

    /// <summary>What is taken in the eyes of a pod of this priority: also what is being cleared for others that are no less urgent.</summary>
    public (ResourceAmounts Requested, int Pods) TakenFor(int priority)
    {
        var (requested, pods) = (Requested, PodCount);
        foreach (var pod in _nominated)
        {
            if (pod.Class.Priority >= priority)
            {
                (requested, pods) = (requested.Plus(pod.Class.Requests), pods + 1);
            }
        }
        return (requested, pods);
    }

    /// <summary>Pods here of the same controller.</summary>
    public int KinOf(PodClass pod) => pod.Controller.Length == 0 ? 0 : _kin.GetValueOrDefault(pod.Controller);
}
