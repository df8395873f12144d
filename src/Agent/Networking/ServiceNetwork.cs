using System.Net;
using k8s;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Networking.Dns;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.Kernel;
using Orchestrator.Agent.Networking.Routing;
using Orchestrator.Model.Network;

namespace Orchestrator.Agent.Networking;

/// <summary>The network of this node: who follows the API, who remembers, who answers names, who brings connections to services, who keeps routes.</summary>
internal sealed class ServiceNetwork : IAsyncDisposable
{
    private readonly ServiceMemory _memory;
    private readonly NodeDns? _dns;
    private readonly NodeRoutes? _routes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IProxyRules? _rules;
    private ServiceProxy? _proxy;
    private readonly Action<string> _tellRange;
    private volatile string? _range;
    private volatile string? _rangeProblem;

    private ServiceNetwork(NetworkSettings settings, Action<string> tellRange, TimeProvider time, ILogger logger)
    {
        (_tellRange, _time, _logger) = (tellRange, time, logger);
        Nodes = new(settings.Node, settings.Address);
        _memory = new(settings.DataFolder, Directory, time, logger);
        _dns = settings.Domain is { } domain ? new(Directory, domain, time, logger) : null;
        _memory.Restore();
        _routes = settings.HasContainers && OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? new(Nodes, time, logger) : null;
    }

    /// <param name="settings">What this node does of it.</param>
    /// <param name="tell">Told of services whose connections cannot arrive.</param>
    /// <param name="tellRange">Told when the pods' addresses are others' too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ServiceNetwork> MakeAsync(
        NetworkSettings settings, Action<ServiceState, ProxyFault> tell, Action<string> tellRange, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var network = new ServiceNetwork(settings, tellRange, time, logger);
        network._rules = await ProxyChoice.MakeAsync(settings, network.Ranges, time, logger, cancellationToken);
        network._proxy = network._rules is { } rules ? new(network.Directory, network.Nodes, rules, tell, time, logger) : null;
        return network;
    }

    public ServiceDirectory Directory { get; } = new();

    public NodeDirectory Nodes { get; }

    /// <summary>Whose addresses the pods' are too, in a sentence; null where they are nobody else's.</summary>
    public string? RangeProblem => _rangeProblem;

    /// <summary>Null where this node serves no DNS.</summary>
    public NodeDns? Dns => _dns;

    /// <summary>Null where nobody brings connections to services.</summary>
    public ServiceProxy? Proxy => _proxy;

    public void UseAddressRange(string cidr)
    {
        _range = cidr;
        var before = _rangeProblem;
        var range = IPNetwork.Parse(cidr);
        var others = HostNetworks.Overlapping(range, range);
        _rangeProblem = others.Count > 0 ? $"podCIDR {cidr} overlaps with {string.Join(", ", others)} of this machine: machines there can't be reached from pods" : null;
        if (_rangeProblem is { } problem && problem != before)
        {
            _tellRange(problem);
        }
        _dns?.Listen(cidr);
        _proxy?.RepairSoon();
    }

    /// <summary>Never ends by itself. What is known of old is served at once, also while the API is away.</summary>
    public async Task RunAsync(IKubernetes client, CancellationToken cancellationToken)
    {
        List<Task> running =
        [
            new ObjectFollower<V1Service>(ServiceFeeds.Services(client), Directory.Services, _ => { }, _time, _logger).RunAsync(cancellationToken),
            new ObjectFollower<V1EndpointSlice>(ServiceFeeds.Slices(client), Directory.Slices, _ => { }, _time, _logger).RunAsync(cancellationToken),
            new ObjectFollower<V1Node>(ServiceFeeds.Nodes(client), Nodes, _ => { }, _time, _logger).RunAsync(cancellationToken),
            _memory.RunAsync(cancellationToken),
        ];
        if (_proxy is not null)
        {
            running.Add(_proxy.RunAsync(cancellationToken));
        }
        if (_routes is not null)
        {
            running.Add(_routes.RunAsync(cancellationToken));
        }
        await await Task.WhenAny(running);
    }

    public async ValueTask DisposeAsync()
    {
        _dns?.Dispose();
        _proxy?.Dispose();
        if (_rules is not null)
        {
            await _rules.DisposeAsync();
        }
    }

    private NetworkRanges Ranges() => new(_range, [.. RoutePlanner.Of(Nodes.Nodes, Nodes.SelfAddress).Keys]);
}
