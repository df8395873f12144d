using System.Collections.Concurrent;
using Orchestrator.Model;

namespace Orchestrator.Controller.Tunnel;

/// <summary>The open tunnels, one a node; a newer one takes the place of an older.</summary>
internal sealed class TunnelRegistry
{
    private readonly ConcurrentDictionary<string, NodeTunnel> _tunnels = new(StringComparer.Ordinal);

    public void Add(string node, NodeTunnel tunnel)
    {
        NodeTunnel? replaced = null;
        _tunnels.AddOrUpdate(node, tunnel, (_, old) =>
        {
            replaced = old;
            return tunnel;
        });
        replaced?.Close();
    }

    public void Remove(string node, NodeTunnel tunnel) => _tunnels.TryRemove(new(node, tunnel));

    /// <exception cref="ApiException">Unavailable: the node has no tunnel.</exception>
    public NodeTunnel this[string node] => _tunnels.TryGetValue(node, out var tunnel)
        ? tunnel
        : throw ApiException.Unavailable($"the agent of node \"{node}\" is not connected");
}
