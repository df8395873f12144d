using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>Carries connections itself: for pods that share the machine's network, and where the kernel cannot be told.</summary>
internal sealed class UserSpaceProxy(IServiceAddresses addresses, TimeProvider time, ILogger logger) : IProxyRules
{
    private readonly Dictionary<Frontend, IForward> _forwards = [];
    private readonly HashSet<Frontend> _known = [];

    public string Name => "userspace";

    public async Task<IReadOnlyList<ProxyFault>> ApplyAsync(IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed, CancellationToken cancellationToken)
    {
        foreach (var at in removed)
        {
            _known.Remove(at);
            Close(at);
        }
        _known.UnionWith(set.Select(rule => rule.At));
        var missing = await UseAddressesAsync(cancellationToken);
        var faults = new List<ProxyFault>();
        foreach (var rule in set)
        {
            if (Apply(rule, missing) is { } fault)
            {
                faults.Add(fault);
            }
        }
        return faults;
    }

    public Task RepairAsync(CancellationToken cancellationToken) => UseAddressesAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        foreach (var at in _forwards.Keys.ToArray())
        {
            Close(at);
        }
        return ValueTask.CompletedTask;
    }

    /// <returns>Why addresses of services are not this machine's; null when they are.</returns>
    private Task<string?> UseAddressesAsync(CancellationToken cancellationToken) =>
        addresses.UseAsync(_known.Select(at => at.Address).OfType<IPAddress>().Where(address => !IPAddress.IsLoopback(address)).ToHashSet(), cancellationToken);

    private ProxyFault? Apply(ProxyRule rule, string? missing)
    {
        if (rule.Targets.Length == 0)
        {
            // Nobody listens: connections are refused at once, as they should be.
            Close(rule.At);
            return null;
        }
        if (_forwards.TryGetValue(rule.At, out var forward))
        {
            forward.Use(rule);
            return null;
        }
        var at = new IPEndPoint(rule.At.Address ?? IPAddress.Any, rule.At.Port);
        try
        {
            _forwards[rule.At] = rule.At.Protocol == ProxyProtocol.Tcp ? TcpForward.Start(at, rule, time, logger) : UdpForward.Start(at, rule, time, logger);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new(rule.At, ProxyFault.Taken, $"{rule.At} is taken on this machine"),
                SocketError.AccessDenied => new(rule.At, ProxyFault.NotPermitted, $"{rule.At}: the agent may not listen on ports below 1024"),
                SocketError.AddressNotAvailable => new(rule.At, ProxyFault.NotPermitted, $"{rule.At}: the address cannot be made this machine's: {missing ?? "it is not there yet"}"),
                _ => new(rule.At, ProxyFault.Failed, $"{rule.At}: {e.Message}"),
            };
        }
    }

    private void Close(Frontend at)
    {
        if (_forwards.Remove(at, out var forward))
        {
            forward.Dispose();
        }
    }
}
