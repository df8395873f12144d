using k8s;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Networking.Dns;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.Kernel;
using Orchestrator.Agent.Networking.Routing;

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
    private volatile string? _range;

    private ServiceNetwork(NetworkSettings settings, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        Nodes = new(settings.Node, settings.Address);
        _memory = new(settings.DataFolder, Directory, time, logger);
        _dns = settings.Domain is { } domain ? new(Directory, domain, time, logger) : null;
        _memory.Restore();
        _routes = settings.HasContainers && OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? new(Nodes, time, logger) : null;
    }

    /// <param name="settings">What this node does of it.</param>
    /// <param name="tell">Told of services whose connections cannot arrive.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ServiceNetwork> MakeAsync(
        NetworkSettings settings, Action<ServiceState, ProxyFault> tell, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var network = new ServiceNetwork(settings, time, logger);
        network._rules = await ProxyChoice.MakeAsync(settings, network.Ranges, time, logger, cancellationToken);
        network._proxy = network._rules is { } rules ? new(network.Directory, network.Nodes, rules, tell, time, logger) : null;
        return network;
    }

    public ServiceDirectory Directory { get; } = new();

    public NodeDirectory Nodes { get; }

    public void UseAddressRange(string cidr)
    {
        _range = cidr;
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
