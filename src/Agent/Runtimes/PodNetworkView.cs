using System.Net.Sockets;

namespace Orchestrator.Agent.Runtimes;

/// <summary>The network as a pod has it.</summary>
/// <param name="Open">Makes a socket there: it belongs to the pod's network, whoever uses it.</param>
/// <param name="ResolverFile">The pod's <c>resolv.conf</c>, as this machine names the file.</param>
internal sealed record PodNetworkView(Func<AddressFamily, SocketType, Socket> Open, string ResolverFile)
{
    public static Socket OpenHere(AddressFamily family, SocketType type) => new(family, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
}
