using System.Net;
using Orchestrator.Agent.Networking.Routing;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>
/// Addresses of services as local routes of the loopback card: what goes there stays here. They are nobody's on the wire, and no other program listens on
/// them by accident as it would on all addresses of a card.
/// </summary>
internal sealed class LocalRoutes : IServiceAddresses
{
    private HashSet<IPAddress> _made = [];

    public async Task<string?> UseAsync(IReadOnlySet<IPAddress> addresses, CancellationToken cancellationToken)
    {
        if (addresses.Count == 0 && _made.Count == 0)
        {
            return null;
        }
        if (!OperatingSystem.IsLinux())
        {
            return "only loopback addresses can be had on this system (--service-cidr)";
        }
        if (!Environment.IsPrivilegedProcess)
        {
            return "the agent is not root; with a --service-cidr out of 127.0.0.0/8 it need not be";
        }
        var lines = _made.Except(addresses).Select(address => $"route del local {address}/32 dev lo table local proto {NodeRoutes.Protocol}")
            .Concat(addresses.Select(address => $"route replace local {address}/32 dev lo table local proto {NodeRoutes.Protocol}"));
        // Each line by itself: one that is gone already must not hold up the rest.
        var result = await Tool.RunAsync("ip", ["-force", "-batch", "-"], string.Join('\n', lines) + "\n", cancellationToken);
        _made = [.. addresses];
        return result.ExitCode == 0 ? null : result.Error;
    }
}
