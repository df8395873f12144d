using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// The scheduler's picture of nodes and placed pods, kept up by changes. A pod that was just given a node counts there at once, before the
/// bind is written. Used by the scheduler's one loop only.
/// </summary>
internal sealed class ClusterState
{
    private readonly Dictionary<string, NodeInfo> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, (string Uid, string Node)> _placed = [];

    public IEnumerable<NodeInfo> Nodes => _nodes.Values;

    /// <summary>Applies a change of a node.</summary>
    public void ApplyNode(CachedEvent change) =>
        Node(change.Object.Key.Name).Set(change.Type == ChangeType.Deleted ? null : change.Object.Decode<V1Node>());

    /// <summary>Applies a change of a pod.</summary>
    /// <returns>The pod, when it waits for a node.</returns>
    public PodInfo? ApplyPod(CachedEvent change)
    {
        var pod = change.Object.Decode<V1Pod>();
        // A pod that is done, or gone, takes nothing any more; one that is on its way out still does.
        if (change.Type == ChangeType.Deleted || pod.Status?.Phase is "Succeeded" or "Failed")
        {
            Forget(change.Object.Key);
            return null;
        }
        var info = PodInfo.Of(pod);
        if (info.NodeName.Length > 0)
        {
            Place(info);
            return null;
        }
        return pod.Metadata.DeletionTimestamp is null && pod.Spec.SchedulerName == "default-scheduler" && pod.Spec.SchedulingGates is not { Count: > 0 } ? info : null;
    }

    /// <summary>Counts a pod on a node.</summary>
    public void Place(PodInfo pod)
    {
        if (_placed.TryGetValue(pod.Key, out var old))
        {
            if (old.Uid == pod.Uid && old.Node == pod.NodeName)
            {
                return;
            }
            Forget(pod.Key);
        }
        _placed[pod.Key] = (pod.Uid, pod.NodeName);
        Node(pod.NodeName).Add(pod);
    }

    public void Forget(ObjectKey key)
    {
        if (_placed.Remove(key, out var old))
        {
            Node(old.Node).Remove(old.Uid);
        }
    }

    private NodeInfo Node(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
        {
            _nodes[name] = node = new NodeInfo(name);
        }
        return node;
    }
}
