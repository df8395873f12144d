using k8s.Models;
using Orchestrator.Model.Network;

namespace Orchestrator.Cmdlets;

/// <summary>The way to a service: what is to be asked where the connection comes from, and what the answers say of each hop. Without I/O.</summary>
/// <param name="service">The service.</param>
/// <param name="slices">Its endpoints.</param>
/// <param name="ports">Those of its ports that are tested.</param>
/// <param name="noEndpoints">Why no endpoint is ready, in a sentence, where none is.</param>
internal sealed class ServiceWay(V1Service service, IReadOnlyList<V1EndpointSlice> slices, IReadOnlyList<V1ServicePort> ports, string noEndpoints)
{
    private readonly string _destination = $"service/{service.Metadata.NamespaceProperty}/{service.Metadata.Name}";

    /// <summary>As pods of any namespace can say it, whatever the cluster's domain is.</summary>
    public string Name => $"{service.Metadata.Name}.{service.Metadata.NamespaceProperty}.svc";

    private bool IsHeadless => service.Spec.ClusterIP == "None";
    private bool IsExternal => service.Spec.Type == "ExternalName";
    private bool HasAddress => !IsExternal && !IsHeadless && !string.IsNullOrEmpty(service.Spec.ClusterIP);

    /// <summary>The ready places behind a port.</summary>
    public IReadOnlyList<ConnectionTarget> Endpoints(V1ServicePort port) =>
    [
        .. slices.SelectMany(slice => (slice.Ports ?? []).Where(at => at.Port is not null && (at.Name ?? "") == (port.Name ?? "") && Protocol(at.Protocol) == Protocol(port.Protocol))
                .SelectMany(at => Ready(slice).SelectMany(endpoint => endpoint.Addresses.Take(1)).Select(address => new ConnectionTarget(address, at.Port!.Value, Protocol(port.Protocol)))))
            .Distinct(),
    ];

    public IReadOnlyList<ConnectionTarget> Targets() =>
        IsExternal ? [] : [.. ports.SelectMany(port => Endpoints(port).Concat(HasAddress ? [Front(port)] : [])).Distinct().Take(NetworkProbe.MaxConnections)];

    public IEnumerable<ConnectionHop> Hops(string source, NetworkReport report)
    {
        yield return NameHop(source, report.Lookups[0]);
        yield return Hop(source, "Service", service.Metadata.Name, IsExternal || IsHeadless || HasAddress ? HopResult.Passed : HopResult.Failed,
            IsExternal ? $"stands for {service.Spec.ExternalName}" : IsHeadless ? "has no address of its own: its name stands for its pods"
            : HasAddress ? $"has the address {service.Spec.ClusterIP}" : "has no address");
        if (IsExternal)
        {
            yield break;
        }

        var reached = report.Connections.ToDictionary(one => one.Target);
        foreach (var port in ports)
        {
            foreach (var hop in PortHops(source, port, reached))
            {
                yield return hop;
            }
        }
    }

    private IEnumerable<ConnectionHop> PortHops(string source, V1ServicePort port, Dictionary<ConnectionTarget, ConnectionReport> reached)
    {
        var endpoints = Endpoints(port);
        yield return Hop(source, "Endpoints", Text(port), endpoints.Count > 0 ? HopResult.Passed : HopResult.Failed, endpoints.Count > 0 ? $"{endpoints.Count} ready" : noEndpoints);
        var front = HasAddress && reached.TryGetValue(Front(port), out var found) ? found : null;
        if (front is not null)
        {
            yield return ProxyHop(source, front, endpoints.Count);
        }

        foreach (var endpoint in endpoints.Where(reached.ContainsKey))
        {
            yield return Connection(source, "Endpoint", reached[endpoint]);
        }

        if (front is not null)
        {
            yield return Connection(source, "Connection", front);
        }
    }

    private ConnectionHop NameHop(string source, NameAnswer answer)
    {
        var wanted = IsExternal ? [(service.Spec.ExternalName ?? "").TrimEnd('.')]
            : HasAddress ? [service.Spec.ClusterIP] : slices.SelectMany(Ready).SelectMany(endpoint => endpoint.Addresses).Distinct().ToArray();
        var told = answer.Records.Where(record => IsExternal ? record.Type == "CNAME" : record.Type == "A").Select(record => record.Data).ToArray();
        var problem = answer.Error
            ?? (wanted.Length == 0 ? "it stands for its pods, of which none is ready"
            : told.Length == 0 ? $"the name server {answer.Server} answers {(answer.Code == "NOERROR" ? "that it has no address" : answer.Code)}"
            : wanted.Except(told).Any() ? $"stands for {string.Join(", ", told)}, and should for {string.Join(", ", wanted)}" : null);
        return Hop(source, "Name", Name, problem is null ? HopResult.Passed : HopResult.Failed, problem ?? $"stands for {string.Join(", ", told)}", answer.Milliseconds);
    }

    private ConnectionHop ProxyHop(string source, ConnectionReport front, int endpoints)
    {
        var problem = front.Proxy switch
        {
            null => "this node brings no connections to it: its proxy is off, or has not heard of the service",
            { Fault: { } fault } => fault,
            { Targets.Count: 0 } when endpoints > 0 => "this node's proxy knows of no endpoint that it may use",
            _ => null,
        };
        return Hop(source, "Proxy", Text(front.Target), problem is not null || front.Proxy?.Targets.Count == 0 ? HopResult.Failed : HopResult.Passed,
            problem ?? (front.Proxy!.Targets.Count == 0 ? "refuses connections, for want of endpoints" : $"by {front.Proxy.By} to {front.Proxy.Targets.Count} endpoints")); // A missing proxy is a problem.
    }

    private ConnectionHop Connection(string source, string hop, ConnectionReport report) => HopOf(source, _destination, hop, report);

    /// <summary>A connection that was tried, as a hop.</summary>
    public static ConnectionHop HopOf(string source, string destination, string hop, ConnectionReport report) => report switch
    {
        { LocalAddress: null } => new(source, destination, hop, Text(report.Target), HopResult.Failed, $"no route: {report.Error}"),
        { Error: { } error } => new(source, destination, hop, Text(report.Target), HopResult.Failed, error),
        { Target.Protocol: "TCP" } => new(source, destination, hop, Text(report.Target), HopResult.Passed, $"connected from {report.LocalAddress}", report.Milliseconds),
        _ => new(source, destination, hop, Text(report.Target), HopResult.Skipped, $"{report.Target.Protocol} has no connections to test; there is a way from {report.LocalAddress}"),
    };

    private static IEnumerable<V1Endpoint> Ready(V1EndpointSlice slice) => (slice.Endpoints ?? []).Where(endpoint => endpoint.Conditions?.Ready ?? true);

    private ConnectionHop Hop(string source, string hop, string subject, HopResult result, string detail, double milliseconds = 0) =>
        new(source, _destination, hop, subject, result, detail, milliseconds);

    private ConnectionTarget Front(V1ServicePort port) => new(service.Spec.ClusterIP, port.Port, Protocol(port.Protocol));

    private static string Protocol(string? protocol) => string.IsNullOrEmpty(protocol) ? "TCP" : protocol;

    private static string Text(V1ServicePort port) => $"{(string.IsNullOrEmpty(port.Name) ? "" : port.Name + "=")}{port.Port}/{Protocol(port.Protocol)}";

    private static string Text(ConnectionTarget target) => $"{target.Address}:{target.Port}/{target.Protocol}";
}
