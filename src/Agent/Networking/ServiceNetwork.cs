using k8s;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Networking.Dns;

namespace Orchestrator.Agent.Networking;

/// <summary>Service discovery on this node: who follows the API, who remembers, who answers.</summary>
internal sealed class ServiceNetwork : IDisposable
{
    private readonly ServiceMemory _memory;
    private readonly NodeDns? _dns;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="dataFolder">The agent's own folder.</param>
    /// <param name="domain">The cluster's domain; null where this node serves no DNS.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells.</param>
    public ServiceNetwork(string dataFolder, string? domain, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        _memory = new(dataFolder, Directory, time, logger);
        _dns = domain is null ? null : new(Directory, domain, time, logger);
        _memory.Restore();
    }

    public ServiceDirectory Directory { get; } = new();

    public void UseAddressRange(string cidr) => _dns?.Listen(cidr);

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(IKubernetes client, CancellationToken cancellationToken) => await await Task.WhenAny(
        new ObjectFollower<V1Service>(ServiceFeeds.Services(client), Directory.Services, _ => { }, _time, _logger).RunAsync(cancellationToken),
        new ObjectFollower<V1EndpointSlice>(ServiceFeeds.Slices(client), Directory.Slices, _ => { }, _time, _logger).RunAsync(cancellationToken),
        _memory.RunAsync(cancellationToken));

    public void Dispose() => _dns?.Dispose();
}
