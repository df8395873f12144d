using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Networking;

/// <summary>The nodes of the cluster, as far as a network is made of them. What was seen stays while the API is away.</summary>
internal sealed class NodeDirectory(string self, string selfAddress) : IObjectSink<V1Node>
{
    private volatile ImmutableDictionary<string, NodePlace> _nodes = ImmutableDictionary<string, NodePlace>.Empty;

    /// <summary>Called when an address or a range came, went or changed; on the follower's thread.</summary>
    public event Action? Changed;

    public ImmutableDictionary<string, NodePlace> Nodes => _nodes;

    /// <summary>Null until the API was read: what is there already stays until then.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>This machine's address, which several agents may share.</summary>
    public string SelfAddress => selfAddress;

    /// <summary>Whether another agent of this cluster is on this machine.</summary>
    public bool HasCompany => _nodes.Any(node => node.Key != self && node.Value.Address == selfAddress);

    /// <summary>Whether a node is this machine. Of a node that is not known it is taken for granted: an address that leads nowhere is refused by itself.</summary>
    public bool IsHere(string? node) => node is not null && (node == self || (_nodes.TryGetValue(node, out var place) ? place.Address == selfAddress : !IsKnown));

    public void Replace(IEnumerable<V1Node> items)
    {
        IsKnown = true;
        Publish(items.ToImmutableDictionary(item => item.Metadata.Name, NodePlace.Of));
    }

    public void Apply(PodChange change, V1Node item) =>
        Publish(change == PodChange.Removed ? _nodes.Remove(item.Metadata.Name) : _nodes.SetItem(item.Metadata.Name, NodePlace.Of(item)));

    private void Publish(ImmutableDictionary<string, NodePlace> nodes)
    {
        var before = _nodes;
        _nodes = nodes;
        // Nodes are written every few minutes; where they are changes hardly ever.
        if (before.Count != nodes.Count || nodes.Any(node => !before.TryGetValue(node.Key, out var old) || old != node.Value))
        {
            Changed?.Invoke();
        }
    }
}
