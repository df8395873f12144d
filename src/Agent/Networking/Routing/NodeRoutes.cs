using System.Text.Json;

namespace Orchestrator.Agent.Networking.Routing;

/// <summary>
/// Keeps routes to the pods of the other machines on the segment. Ours carry a protocol number of their own: others are never touched. They stay when the
/// agent ends, as its pods do.
/// </summary>
internal sealed class NodeRoutes(NodeDirectory nodes, TimeProvider time, ILogger logger)
{
    /// <summary>Who made a route, as Linux has it in <c>rtm_protocol</c>: a number that nobody was given.</summary>
    public const int Protocol = 111;

    /// <summary>Someone may have cleared them away.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private string? _told;

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var changed = new Signal();
        nodes.Changed += changed.Set;
        try
        {
            while (true)
            {
                if (nodes.IsKnown)
                {
                    await KeepAsync(cancellationToken);
                }
                await changed.WaitAsync(LookEvery, time, cancellationToken);
            }
        }
        finally
        {
            nodes.Changed -= changed.Set;
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var shown = await Tool.RunAsync("ip", ["-json", "-4", "route", "show", "proto", $"{Protocol}"], null, cancellationToken);
            var changes = RoutePlanner.Changes(Read(shown.Succeeded("routes cannot be read").Output), RoutePlanner.Of(nodes.Nodes, nodes.SelfAddress));
            if (changes.Count > 0)
            {
                (await Tool.RunAsync("ip", ["-force", "-batch", "-"], string.Join('\n', changes) + "\n", cancellationToken)).Succeeded("routes cannot be made");
                Log.RoutesChanged(logger, changes.Count, changes[0]);
            }
            _told = null;
        }
        catch (Exception e) when (e is NetworkToolException or JsonException)
        {
            if (_told != e.Message)
            {
                Log.NoRoutes(logger, e.Message);
            }
            _told = e.Message;
        }
    }

    private static Dictionary<string, string> Read(string json)
    {
        var routes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var route in string.IsNullOrWhiteSpace(json) ? [] : JsonSerializer.Deserialize<JsonElement[]>(json) ?? [])
        {
            if (route.TryGetProperty("dst", out var to) && route.TryGetProperty("gateway", out var via))
            {
                routes[to.GetString() ?? ""] = via.GetString() ?? "";
            }
        }
        return routes;
    }
}
