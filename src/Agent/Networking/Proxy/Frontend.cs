using System.Globalization;
using System.Net;

namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>Where connections to a service come in.</summary>
/// <param name="Address">The service's own; null for a node port, which every address of the machine has.</param>
internal readonly record struct Frontend(IPAddress? Address, int Port, ProxyProtocol Protocol)
{
    /// <summary>As rules and options of the kernel spell it: <c>tcp</c>, <c>udp</c>.</summary>
    public string ProtocolName => Protocol == ProxyProtocol.Tcp ? "tcp" : "udp";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Address is null ? "*" : Address)}:{Port}/{ProtocolName}");
}
