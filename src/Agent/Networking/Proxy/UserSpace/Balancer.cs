using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>Who takes the next connection: each in turn, and with affinity the one that the client had.</summary>
internal sealed class Balancer(TimeProvider time)
{
    /// <summary>Clients that are remembered; past this all are forgotten, which costs them no more than another target.</summary>
    private const int MaxClients = 100_000;

    private readonly ConcurrentDictionary<IPAddress, (IPEndPoint Target, long At)> _clients = [];
    private ProxyRule? _rule;
    private uint _turn = (uint)Random.Shared.Next();

    public ImmutableArray<IPEndPoint> Keeping => _rule?.Keeping ?? [];

    public void Use(ProxyRule rule)
    {
        _rule = rule;
        if (rule.Affinity is null)
        {
            _clients.Clear();
        }
    }

    /// <summary>Whom to try, in order; the next only when the one before cannot be reached.</summary>
    public IReadOnlyList<IPEndPoint> Choose(IPAddress client)
    {
        if (_rule is not { Targets: { Length: > 0 } targets } rule)
        {
            return [];
        }
        var first = (int)(Interlocked.Increment(ref _turn) % (uint)targets.Length);
        var order = new List<IPEndPoint>(targets.Length);
        if (rule.Affinity is { } limit && _clients.TryGetValue(client, out var known) && time.GetElapsedTime(known.At) < limit && targets.Contains(known.Target))
        {
            order.Add(known.Target);
        }
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[(first + i) % targets.Length];
            if (order.Count == 0 || !order[0].Equals(target))
            {
                order.Add(target);
            }
        }
        return order;
    }

    /// <summary>The client was brought there.</summary>
    public void Remember(IPAddress client, IPEndPoint target)
    {
        if (_rule?.Affinity is null)
        {
            return;
        }
        if (_clients.Count >= MaxClients)
        {
            _clients.Clear();
        }
        _clients[client] = (target, time.GetTimestamp());
    }
}
