using Orchestrator.Model;

namespace Orchestrator.Controller.Tunnel;

/// <summary>The open tunnels, one a node; a newer one takes the place of an older.</summary>
internal sealed class TunnelRegistry(TimeProvider time)
{
    /// <summary>A tunnel that broke is back within a second, an agent that was just started has one within a few.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeTunnel> _tunnels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource<NodeTunnel>> _awaited = new(StringComparer.Ordinal);

    public void Add(string node, NodeTunnel tunnel)
    {
        NodeTunnel? replaced;
        TaskCompletionSource<NodeTunnel>? awaited;
        lock (_lock)
        {
            _tunnels.TryGetValue(node, out replaced);
            _tunnels[node] = tunnel;
            _awaited.Remove(node, out awaited);
        }
        replaced?.Close();
        awaited?.SetResult(tunnel);
    }

    public void Remove(string node, NodeTunnel tunnel)
    {
        lock (_lock)
        {
            if (_tunnels.TryGetValue(node, out var held) && held == tunnel)
            {
                _tunnels.Remove(node);
            }
        }
    }

    /// <summary>Tunnels that are open now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _tunnels.Count;
            }
        }
    }

    public NodeTunnel? Find(string node)
    {
        lock (_lock)
        {
            return _tunnels.GetValueOrDefault(node);
        }
    }

    /// <summary>The node's tunnel; one that is on its way is waited for.</summary>
    /// <exception cref="ApiException">Unavailable: the node has no tunnel, and gets none within a few seconds.</exception>
    public async Task<NodeTunnel> GetAsync(string node, CancellationToken cancellationToken)
    {
        Task<NodeTunnel> coming;
        lock (_lock)
        {
            if (_tunnels.TryGetValue(node, out var tunnel))
            {
                return tunnel;
            }
            if (!_awaited.TryGetValue(node, out var awaited))
            {
                _awaited[node] = awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            coming = awaited.Task;
        }
        try
        {
            return await coming.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw ApiException.Unavailable($"the agent of node \"{node}\" is not connected");
        }
    }
}
