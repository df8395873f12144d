using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling.Volumes;

/// <summary>Pods that have a node in mind and wait for their volumes to be made there; their place is kept. Used by the scheduler's one loop only.</summary>
internal sealed class PreparedPods
{
    private readonly Dictionary<ObjectKey, Entry> _pods = [];
    private readonly Queue<PodInfo> _ready = [];

    public void Add(PodInfo pod) => _pods[pod.Key] = new(pod);

    public bool Remove(ObjectKey key) => _pods.Remove(key);

    /// <summary>The node stands in its claims now.</summary>
    public void MarkSelected(PodInfo pod)
    {
        if (_pods.TryGetValue(pod.Key, out var entry) && entry.Pod.Uid == pod.Uid)
        {
            entry.IsSelected = true;
        }
    }

    public IReadOnlyList<(PodInfo Pod, bool IsSelected)> Using(string @namespace, string claim) => [.. _pods.Values
        .Where(entry => entry.Pod.Class.Namespace == @namespace && entry.Pod.Class.Claims.Any(used => used.Name == claim)).Select(entry => (entry.Pod, entry.IsSelected))];

    public IReadOnlyList<PodInfo> On(string node) => [.. _pods.Values.Where(entry => entry.Pod.NodeName == node).Select(entry => entry.Pod)];

    public (PodInfo Pod, bool IsSelected)? Find(ObjectKey key) => _pods.TryGetValue(key, out var entry) ? (entry.Pod, entry.IsSelected) : null;

    /// <summary>All its volumes are there: it is to be bound.</summary>
    public void Finish(PodInfo pod)
    {
        if (_pods.Remove(pod.Key))
        {
            _ready.Enqueue(pod);
        }
    }

    public PodInfo? TakeReady() => _ready.TryDequeue(out var pod) ? pod : null;

    private sealed class Entry(PodInfo pod)
    {
        public PodInfo Pod => pod;
        public bool IsSelected { get; set; }
    }
}
