using System.Net;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>Makes addresses of services this machine's own, so that there can be listened on them.</summary>
internal interface IServiceAddresses
{
    /// <summary>These and no others; those that are already stay.</summary>
    /// <returns>Why it cannot be done here; null when it was.</returns>
    Task<string?> UseAsync(IReadOnlySet<IPAddress> addresses, CancellationToken cancellationToken);
}
