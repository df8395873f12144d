using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.UserSpace;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>A port of the machine that leads to one of a pod's.</summary>
/// <param name="Address">Of the machine; null for all it has.</param>
/// <param name="Protocol"><c>TCP</c> or <c>UDP</c>.</param>
internal sealed record HostPortRecord(string? Address, int HostPort, int ContainerPort, string Protocol);

/// <summary>
/// Brings what comes to ports of the machine to processes on addresses of their own. It listens on each of the machine's addresses and not on all at once: that
/// would take the port from the pods too.
/// </summary>
internal sealed class HostPorts(TimeProvider time, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, ImmutableArray<IForward>> _open = [];

    public static IReadOnlyList<HostPortRecord> Of(SandboxSpec spec) => spec.HostAddress is not null ? [] :
    [
        .. spec.Pod.Containers.Concat(spec.Pod.InitContainers ?? []).SelectMany(container => container.Ports ?? []).Where(port => port.HostPort is > 0 && port.Protocol is null or "" or "TCP" or "UDP")
            .Select(port => new HostPortRecord(string.IsNullOrEmpty(port.HostIP) ? null : port.HostIP, port.HostPort!.Value, port.ContainerPort, port.Protocol == "UDP" ? "UDP" : "TCP")), // Filtered to have one.
    ];

    /// <summary>Does nothing where they are open already.</summary>
    /// <exception cref="CreateContainerException">One is taken, or is not ours to have.</exception>
    public void Open(SandboxRecord sandbox)
    {
        if (sandbox.Ports is not { Count: > 0 } ports || _open.ContainsKey(sandbox.PodUid))
        {
            return;
        }
        var forwards = new List<IForward>();
        try
        {
            foreach (var port in ports)
            {
                forwards.AddRange(Addresses(port.Address).Select(address => Start(address, port, IPAddress.Parse(sandbox.Address))));
            }
            _open[sandbox.PodUid] = [.. forwards];
        }
        catch
        {
            forwards.ForEach(forward => forward.Dispose());
            throw;
        }
    }

    public void Close(string podUid)
    {
        if (_open.TryRemove(podUid, out var forwards))
        {
            foreach (var forward in forwards)
            {
                forward.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var uid in _open.Keys)
        {
            Close(uid);
        }
    }

    private IForward Start(IPAddress address, HostPortRecord port, IPAddress pod)
    {
        var (at, target) = (new IPEndPoint(address, port.HostPort), new IPEndPoint(pod, port.ContainerPort));
        var protocol = port.Protocol == "UDP" ? ProxyProtocol.Udp : ProxyProtocol.Tcp;
        var rule = new ProxyRule(new(address, port.HostPort, protocol), [target], [target], null, false);
        try
        {
            return protocol == ProxyProtocol.Udp ? UdpForward.Start(at, rule, time, logger) : TcpForward.Start(at, rule, time, logger);
        }
        catch (SocketException e)
        {
            throw new CreateContainerException($"hostPort {port.HostPort}: {at}: {e.Message}", e);
        }
    }

    private static IEnumerable<IPAddress> Addresses(string? wanted) => wanted is null or "0.0.0.0" or "::"
        ? NetworkInterface.GetAllNetworkInterfaces().Where(card => card.OperationalStatus == OperationalStatus.Up)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)).Append(IPAddress.Loopback).Distinct()
        : [IPAddress.Parse(wanted)];
}
