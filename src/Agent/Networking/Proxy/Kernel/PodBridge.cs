using System.Net;
using System.Text.Json;

namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>
/// The bridge that this node's pods are on. Where the kernel filters what is bridged, a connection of a pod to its own service would have to leave by the
/// port it came in by, which a bridge allows only where it is told so.
/// </summary>
internal sealed class PodBridge
{
    private readonly HashSet<string> _told = [];

    /// <summary>Pods on the bridge reach themselves by their services; those that did before cost nothing.</summary>
    public async Task LetPodsReachThemselvesAsync(string range, CancellationToken cancellationToken)
    {
        if (await FindAsync(range, cancellationToken) is not { } bridge)
        {
            return;
        }
        var ports = Names(await Tool.RunAsync("ip", ["-json", "link", "show", "master", bridge], null, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        _told.IntersectWith(ports);
        foreach (var port in ports.Where(port => !_told.Contains(port)).ToArray())
        {
            // A pod may have gone this instant, and its port with it.
            if ((await Tool.RunAsync("ip", ["link", "set", "dev", port, "type", "bridge_slave", "hairpin", "on"], null, cancellationToken)).ExitCode == 0)
            {
                _told.Add(port);
            }
        }
    }

    private static async Task<string?> FindAsync(string range, CancellationToken cancellationToken) =>
        IPNetwork.TryParse(range, out _) ? Names(await Tool.RunAsync("ip", ["-json", "-4", "address", "show", "to", range], null, cancellationToken)).FirstOrDefault() : null;

    private static IEnumerable<string> Names(ToolResult result) => result.ExitCode != 0 || string.IsNullOrWhiteSpace(result.Output) ? []
        : JsonSerializer.Deserialize<JsonElement[]>(result.Output)?.Select(link => link.TryGetProperty("ifname", out var name) ? name.GetString() : null).OfType<string>() ?? [];
}
