namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>One socket that connections come in by.</summary>
internal interface IForward : IDisposable
{
    /// <summary>The newest targets: from now on they get what is new.</summary>
    void Use(ProxyRule rule);
}
