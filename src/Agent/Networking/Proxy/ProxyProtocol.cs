namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>What a service's port speaks, of what is proxied.</summary>
internal enum ProxyProtocol
{
    Tcp,
    Udp,
}
