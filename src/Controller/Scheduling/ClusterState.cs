using k8s.Models;
using Orchestrator.Controller.Scheduling.Constraints;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// The scheduler's picture of nodes and placed pods, kept up by changes. A pod that was just given a node counts there at once, before the
/// bind is written. Used by the scheduler's one loop only.
/// </summary>
internal sealed class ClusterState
{
    private readonly List<NodeInfo?> _nodes = [];
    private readonly Dictionary<string, NodeInfo> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, PodInfo> _placed = [];
    private readonly Dictionary<string, string> _nominated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Topology> _topologies = new(StringComparer.Ordinal);
    private readonly List<int> _changes = [];
    private readonly Dictionary<(string Namespace, string Claim), Dictionary<string, string>> _claimUsers = [];
    private long _forgotten;

    public ClusterState(Func<string, IReadOnlyDictionary<string, string>?>? namespaceLabels = null) =>
        Terms = new PodTerms(namespaceLabels ?? (_ => null));

    /// <summary>What is counted of pods for the sake of others.</summary>
    public PodTerms Terms { get; }

    /// <summary>By index; null where no node is.</summary>
    public IReadOnlyList<NodeInfo?> Slots => _nodes;

    public IEnumerable<NodeInfo> Nodes => _nodes.OfType<NodeInfo>();

    /// <summary>How often something of claims and who uses them has changed; pods that have claims are judged anew after it.</summary>
    public long ClaimRevision { get; private set; }

    /// <summary>How many changes of nodes there have been.</summary>
    public long Revision => _forgotten + _changes.Count;

    public NodeInfo? FindNode(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The nodes of the placed pods that use a claim, by the pod's uid.</summary>
    public IReadOnlyDictionary<string, string> UsersOf(string @namespace, string claim) =>
        _claimUsers.TryGetValue((@namespace, claim), out var users) ? users : System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;

    /// <summary>Claims, volumes or classes are others now.</summary>
    public void InvalidateClaims() => ClaimRevision++;

    public PodInfo? FindPlaced(ObjectKey key) => _placed.GetValueOrDefault(key);

    /// <summary>The indexes of nodes that changed after a revision, each as often as it did; null when it is too long ago.</summary>
    public ReadOnlySpan<int> ChangesSince(long revision, out bool complete)
    {
        complete = revision >= _forgotten;
        return complete ? System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes)[(int)(revision - _forgotten)..] : [];
    }

    public Topology Topology(string key)
    {
        if (!_topologies.TryGetValue(key, out var topology))
        {
            _topologies[key] = topology = new Topology(key);
            foreach (var node in Nodes)
            {
                topology.Set(node.Index, node.Node?.Metadata.Labels);
            }
        }
        return topology;
    }

    /// <param name="name">The node.</param>
    /// <param name="node">Null when it was deleted.</param>
    public void SetNode(string name, V1Node? node)
    {
        var info = Node(name);
        info.Set(node);
        foreach (var topology in _topologies.Values)
        {
            topology.Set(info.Index, node?.Metadata.Labels);
        }
        Changed(info);
        Release(info);
    }

    /// <summary>Counts a pod on its node; a newer version takes the place of an older.</summary>
    public void Place(PodInfo pod)
    {
        if (_placed.TryGetValue(pod.Key, out var old))
        {
            if (old.Uid == pod.Uid && old.NodeName == pod.NodeName && old.IsTerminating == pod.IsTerminating && old.Class == pod.Class)
            {
                return;
            }
            Forget(pod.Key);
        }
        Unnominate(pod.Uid);
        _placed[pod.Key] = pod;
        pod.Class.Users++;
        var node = Node(pod.NodeName);
        node.Add(pod);
        Terms.Count(pod, node.Index, 1);
        CountClaims(pod, isUser: true);
        Changed(node);
    }

    /// <returns>The pod that was counted; null when none was.</returns>
    public PodInfo? Forget(ObjectKey key)
    {
        if (!_placed.Remove(key, out var pod))
        {
            return null;
        }
        pod.Class.Users--;
        var node = Node(pod.NodeName);
        node.Remove(pod.Uid);
        Terms.Count(pod, node.Index, -1);
        CountClaims(pod, isUser: false);
        Changed(node);
        Release(node);
        return pod;
    }

    /// <summary>Keeps what is being cleared on a node for a pod.</summary>
    public void Nominate(PodInfo pod, string node)
    {
        Unnominate(pod.Uid);
        if (_byName.TryGetValue(node, out var info))
        {
            _nominated[pod.Uid] = node;
            info.Nominate(pod);
            Changed(info);
        }
    }

    public void Unnominate(string uid)
    {
        if (_nominated.Remove(uid, out var node) && _byName.TryGetValue(node, out var info) && info.Unnominate(uid))
        {
            Changed(info);
        }
    }

    /// <summary>Takes pods off a node, or puts them back, to see what would be; nobody may look at caches in between.</summary>
    public void Suppose(NodeInfo node, PodInfo pod, bool gone)
    {
        if (gone)
        {
            node.Remove(pod.Uid);
        }
        else
        {
            node.Add(pod);
        }
        Terms.Count(pod, node.Index, gone ? -1 : 1);
        CountClaims(pod, !gone);
    }

    /// <summary>What nodes were judged by changed: all are judged anew.</summary>
    public void Invalidate()
    {
        _forgotten += _changes.Count + 1;
        _changes.Clear();
    }

    /// <summary>Namespaces have other labels now.</summary>
    public void RecountNamespaces(IEnumerable<PodClass> classes) => Terms.Recount(classes, _placed.Values.Select(pod => (pod, Node(pod.NodeName).Index)));

    public PodTerm Term(string key, Func<PodTerms, int, PodTerm> make) =>
        Terms.GetOrAdd(key, make, _placed.Values.Select(pod => (pod, Node(pod.NodeName).Index)));

    private NodeInfo Node(string name)
    {
        if (!_byName.TryGetValue(name, out var node))
        {
            var free = _nodes.IndexOf(null);
            node = new NodeInfo(name, free >= 0 ? free : _nodes.Count);
            if (free >= 0)
            {
                _nodes[free] = node;
            }
            else
            {
                _nodes.Add(node);
            }
            _byName[name] = node;
            foreach (var topology in _topologies.Values)
            {
                topology.Set(node.Index, null);
            }
            Changed(node);
        }
        return node;
    }

    private void CountClaims(PodInfo pod, bool isUser)
    {
        foreach (var claim in pod.Class.Claims)
        {
            var key = (pod.Class.Namespace, claim.Name);
            if (!_claimUsers.TryGetValue(key, out var users))
            {
                _claimUsers[key] = users = new(StringComparer.Ordinal);
            }
            if (isUser)
            {
                users[pod.Uid] = pod.NodeName;
            }
            else if (users.Remove(pod.Uid) && users.Count == 0)
            {
                _claimUsers.Remove(key);
            }
            ClaimRevision++;
        }
    }

    // A node that is gone and has no pods any more leaves its index to another.
    private void Release(NodeInfo node)
    {
        if (node is { Node: null, PodCount: 0 } && _byName.Remove(node.Name))
        {
            _nodes[node.Index] = null;
        }
    }

    private void Changed(NodeInfo node)
    {
        if (_changes.Count > 1024 + (4 * _nodes.Count))
        {
            _forgotten += _changes.Count;
            _changes.Clear();
        }
        _changes.Add(node.Index);
    }
}
