using System.Collections.Immutable;
using System.Net;

namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>Where the connections of a service go, from what is known of it. Source: Kubernetes documentation, "Virtual IPs and Service Proxies".</summary>
internal static class ProxyPlanner
{
    /// <param name="state">The service.</param>
    /// <param name="isHere">Whether a node, by name, is this machine; null is a backend whose slice names no node.</param>
    public static ImmutableArray<ProxyRule> Of(ServiceState state, Func<string?, bool> isHere)
    {
        if (state.IsExternalName || state.IsHeadless)
        {
            return [];
        }
        var spec = state.Service.Spec;
        var affinity = spec.SessionAffinity == "ClientIP" ? TimeSpan.FromSeconds(spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds ?? 10800) : (TimeSpan?)null;
        var rules = ImmutableArray.CreateBuilder<ProxyRule>();
        foreach (var port in spec.Ports ?? [])
        {
            // SCTP has no proxy here.
            if (Protocol(port.Protocol) is not { } protocol)
            {
                continue;
            }
            // A loopback address is its own machine's: from here it would be someone else.
            var backends = state.Backends(port).Where(backend => !IPAddress.IsLoopback(backend.Address) || backend.Node is null || isHere(backend.Node)).ToArray();
            foreach (var address in state.Addresses)
            {
                rules.Add(Rule(new(address, port.Port, protocol), Chosen(spec.InternalTrafficPolicy), hidesClient: false));
            }
            if (spec.Type is "NodePort" or "LoadBalancer" && port.NodePort is > 0)
            {
                var isLocal = spec.ExternalTrafficPolicy == "Local";
                rules.Add(Rule(new(null, port.NodePort.Value, protocol), Chosen(spec.ExternalTrafficPolicy), hidesClient: !isLocal));
            }

            Backend[] Chosen(string? policy) => policy == "Local" ? [.. backends.Where(backend => backend.Node is not null && isHere(backend.Node))] : backends;
        }
        return rules.ToImmutable();

        ProxyRule Rule(Frontend at, Backend[] backends, bool hidesClient) => new(at, Targets(backends), Keeping(backends), affinity, hidesClient);
    }

    /// <summary>Those that are ready; only where there is none, those that still serve on their way out.</summary>
    private static ImmutableArray<IPEndPoint> Targets(Backend[] backends) =>
        EndPoints(backends.Any(backend => backend.IsReady) ? backends.Where(backend => backend.IsReady) : backends.Where(backend => backend is { IsServing: true, IsTerminating: true }));

    private static ImmutableArray<IPEndPoint> Keeping(Backend[] backends) => EndPoints(backends.Where(backend => backend.IsReady || backend.IsServing));

    private static ImmutableArray<IPEndPoint> EndPoints(IEnumerable<Backend> backends) => [.. backends.Select(backend => new IPEndPoint(backend.Address, backend.Port))];

    private static ProxyProtocol? Protocol(string? name) => name switch
    {
        null or "" or "TCP" => ProxyProtocol.Tcp,
        "UDP" => ProxyProtocol.Udp,
        _ => null,
    };
}
