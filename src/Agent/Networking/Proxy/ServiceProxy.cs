using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>Keeps the rules of this node as the services are: follows the directory, plans, and has changes carried out, several at once where they come in crowds.</summary>
internal sealed class ServiceProxy : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RepairEvery = TimeSpan.FromSeconds(10);

    private readonly ServiceDirectory _directory;
    private readonly NodeDirectory _nodes;
    private readonly IProxyRules _rules;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<ServiceState, ProxyFault> _tell;
    private readonly Lock _lock = new();
    private readonly Signal _signal = new();
    private readonly Dictionary<ServiceName, ImmutableArray<ProxyRule>> _planned = [];
    private readonly ConcurrentDictionary<Frontend, ProxyRule> _wanted = [];
    private readonly ConcurrentDictionary<Frontend, string> _told = [];
    private HashSet<ServiceName> _changed = [];
    private HashSet<Frontend> _failed = [];
    private volatile bool _repairSoon = true;

    /// <param name="tell">Told once each time that a service's connections cannot arrive.</param>
    public ServiceProxy(ServiceDirectory directory, NodeDirectory nodes, IProxyRules rules, Action<ServiceState, ProxyFault> tell, TimeProvider time, ILogger logger)
    {
        (_directory, _nodes, _rules, _tell, _time, _logger) = (directory, nodes, rules, tell, time, logger);
        directory.Changed += Take;
        nodes.Changed += OnNodes;
        TakeAll();
    }

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Log.Proxies(_logger, _rules.Name);
        var repaired = 0L;
        while (true)
        {
            await _signal.WaitAsync(_failed.Count > 0 ? Retry : RepairEvery, _time, cancellationToken);
            try
            {
                await ApplyAsync(cancellationToken);
                if (_repairSoon || _time.GetElapsedTime(repaired) >= RepairEvery)
                {
                    _repairSoon = false;
                    await _rules.RepairAsync(cancellationToken);
                    repaired = _time.GetTimestamp();
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it was of: all of it is tried again.
                _failed = [.. _wanted.Keys];
                _repairSoon = true;
                Log.ProxyFailed(_logger, e.Message);
            }
        }
    }

    /// <summary>Where connections to an address of a service go from here, and why they may not arrive; null when it is no service's.</summary>
    public (string By, ProxyRule Rule, string? Fault)? Find(Frontend at) => _wanted.TryGetValue(at, out var rule) ? (_rules.Name, rule, _told.GetValueOrDefault(at)) : null;

    /// <summary>Something that rules depend on beside services is not as it was.</summary>
    public void RepairSoon()
    {
        _repairSoon = true;
        _signal.Set();
    }

    public void Dispose()
    {
        _directory.Changed -= Take;
        _nodes.Changed -= OnNodes;
    }

    private void OnNodes()
    {
        _repairSoon = true;
        TakeAll();
    }

    private void TakeAll() => Take([.. _directory.States.Keys]);

    private void Take(IReadOnlyCollection<ServiceName> names)
    {
        lock (_lock)
        {
            _changed.UnionWith(names);
        }
        _signal.Set();
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        HashSet<ServiceName> names;
        lock (_lock)
        {
            (names, _changed) = (_changed, []);
        }
        var set = new Dictionary<Frontend, ProxyRule>();
        var removed = new HashSet<Frontend>();
        foreach (var name in names)
        {
            Plan(name, set, removed);
        }
        // A port may have gone from one service to another at once.
        removed.ExceptWith(set.Keys);
        foreach (var at in _failed)
        {
            if (_wanted.TryGetValue(at, out var rule))
            {
                set.TryAdd(at, rule);
            }
        }
        if (set.Count == 0 && removed.Count == 0)
        {
            return;
        }
        // Not done until it was answered: a failure half-way has to be tried again whole.
        _failed.UnionWith(set.Keys);
        var faults = await _rules.ApplyAsync(set.Values, removed, cancellationToken);
        _failed = [.. faults.Select(fault => fault.At)];
        Tell(set.Keys, faults);
    }

    private void Plan(ServiceName name, Dictionary<Frontend, ProxyRule> set, HashSet<Frontend> removed)
    {
        var before = _planned.GetValueOrDefault(name, []);
        var after = _directory.States.TryGetValue(name, out var state) ? ProxyPlanner.Of(state, _nodes.IsHere) : [];
        foreach (var rule in before)
        {
            if (after.All(other => other.At != rule.At))
            {
                _told.TryRemove(rule.At, out _);
                removed.Add(rule.At);
                _wanted.TryRemove(rule.At, out _);
            }
        }
        foreach (var rule in after)
        {
            if (!_wanted.TryGetValue(rule.At, out var old) || !old.Equals(rule))
            {
                set[rule.At] = rule;
                _wanted[rule.At] = rule;
            }
        }
        if (after.Length == 0)
        {
            _planned.Remove(name);
        }
        else
        {
            _planned[name] = after;
        }
    }

    private void Tell(IEnumerable<Frontend> tried, IReadOnlyList<ProxyFault> faults)
    {
        foreach (var at in tried.Where(at => faults.All(fault => fault.At != at)))
        {
            _told.TryRemove(at, out _);
        }
        foreach (var fault in faults)
        {
            if (_told.TryGetValue(fault.At, out var told) && told == fault.Message)
            {
                continue;
            }
            _told[fault.At] = fault.Message;
            // Of several agents of one machine the first has the port, and serves the others' pods too; when it goes, the next takes over.
            if (fault.Reason == ProxyFault.Taken && _nodes.HasCompany)
            {
                Log.ProxyStandsBy(_logger, fault.At);
                continue;
            }
            Log.NotProxied(_logger, fault.At, fault.Message);
            if (_planned.FirstOrDefault(pair => pair.Value.Any(rule => rule.At == fault.At)).Key is { Name: not null } name && _directory.States.TryGetValue(name, out var state))
            {
                _tell(state, fault);
            }
        }
    }
}
