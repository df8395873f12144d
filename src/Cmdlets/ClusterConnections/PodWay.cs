using k8s.Models;
using Orchestrator.Model.Network;

namespace Orchestrator.Cmdlets;

/// <summary>The way to a pod: what is to be asked where the connection comes from, and what the answers say of each hop. Without I/O.</summary>
/// <param name="pod">The pod.</param>
/// <param name="port">The port that is tested; null: those that its containers name.</param>
internal sealed class PodWay(Pod pod, int? port)
{
    private const int AnyPort = 9;
    private readonly string _destination = $"pod/{pod.Namespace}/{pod.Name}";

    private IEnumerable<V1ContainerPort> Named => ((V1Pod)pod.Object).Spec.Containers.SelectMany(container => container.Ports ?? []);

    /// <summary>First the way itself, as datagrams would take it; then the ports.</summary>
    public IReadOnlyList<ConnectionTarget> Targets() => string.IsNullOrEmpty(pod.IP) ? [] :
    [
        new(pod.IP, port ?? AnyPort, "UDP"),
        .. (port is { } one ? [one] : Named.Where(named => named.Protocol is null or "TCP").Select(named => named.ContainerPort)).Distinct().Select(number => new ConnectionTarget(pod.IP, number)),
    ];

    public IEnumerable<ConnectionHop> Hops(string source, NetworkReport report)
    {
        yield return new(source, _destination, "Pod", pod.Name, pod.IsReady ? HopResult.Passed : HopResult.Failed,
            string.IsNullOrEmpty(pod.IP) ? $"has no address: {pod.Status}" : $"has the address {pod.IP}{(pod.IsReady ? "" : $", and is not ready: {pod.Status} {pod.Ready}")}");
        if (report.Connections.Count == 0)
        {
            yield break;
        }

        var (way, ports) = (report.Connections[0], report.Connections.Skip(1).ToArray());
        yield return new(source, _destination, "Route", way.Target.Address, way.LocalAddress is null ? HopResult.Failed : HopResult.Passed, way.LocalAddress is null ? $"no route: {way.Error}" : $"from {way.LocalAddress}");
        foreach (var one in ports)
        {
            yield return ServiceWay.HopOf(source, _destination, "Connection", one);
        }

        if (ports.Length == 0)
        {
            yield return new(source, _destination, "Connection", pod.Name, HopResult.Skipped, "its containers name no TCP port; -Port tests one");
        }
    }
}
