using System.Globalization;
using System.Net.WebSockets;
using Orchestrator.Controller.Serving.Streams.Spdy;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary><c>pods/portforward</c>: kubectl's SPDY inside a WebSocket, SPDY by itself, and the channels in a WebSocket of other clients.</summary>
internal static class PortForwardResource
{
    private const string Version = "portforward.k8s.io";
    private const string Tunneled = $"SPDY/3.1+{Version}";

    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels, TimeProvider time)
    {
        var http = context.Http;
        if (context.Request.Verb is not ("get" or "create"))
        {
            throw ApiException.MethodNotAllowed();
        }
        var agent = await PodAgent.FindAsync(PodAgent.PodOf(context), tunnels, context.Aborted).ConfigureAwait(false);
        if (agent.Pod.Status?.Phase != "Running")
        {
            throw ApiException.BadRequest($"unable to forward port because pod is not running. Current status={agent.Pod.Status?.Phase ?? "Unknown"}");
        }
        var run = ChooseProtocol(http, agent, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(agent.Tunnel.Closed,
            http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, context.Aborted);
        try
        {
            await run(ending.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or OperationCanceledException or WebSocketException)
        {
            // As with commands: after the upgrade there is no answer left to give.
        }
    }

    private static Func<CancellationToken, Task> ChooseProtocol(HttpContext http, PodAgent agent, TimeProvider time)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            var offered = http.WebSockets.WebSocketRequestedProtocols;
            if (offered.Contains(Tunneled))
            {
                return async ending =>
                {
                    using var socket = await WebSocketUpgrade.AcceptAsync(http, Tunneled).ConfigureAwait(false);
                    await using var session = new SpdySession(new TunnelStream(WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true)));
                    await new PortForwardSession(session, agent).RunAsync(ending).ConfigureAwait(false);
                };
            }
            var protocol = ChannelProtocol.ForPorts(offered)
                ?? throw ApiException.BadRequest($"unable to negotiate protocol: client supports [{string.Join(' ', offered)}]");
            var ports = Ports(http);
            return async ending =>
            {
                var socket = await http.WebSockets.AcceptWebSocketAsync(protocol.Name.Length > 0 ? protocol.Name : null).ConfigureAwait(false);
                await using var client = new WebSocketChannels(socket, protocol, time);
                await new PortForwardChannels(client, agent, ports).RunAsync(ending, http.RequestAborted).ConfigureAwait(false);
            };
        }
        if (SpdyUpgrade.IsAsked(http))
        {
            var version = SpdyUpgrade.Negotiate(http, Version);
            return async ending =>
            {
                await using var session = await SpdyUpgrade.AcceptAsync(http, version).ConfigureAwait(false);
                await new PortForwardSession(session, agent).RunAsync(ending).ConfigureAwait(false);
            };
        }
        throw ApiException.BadRequest("Upgrade request required");
    }

    // Two channels a port, numbered in a byte.
    private static ushort[] Ports(HttpContext http)
    {
        var ports = http.Request.Query["ports"].OfType<string>().SelectMany(value => value.Split(','))
            .Select(value => ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                ? port
                : throw ApiException.BadRequest($"ports: Invalid value: \"{value}\": must be between 1 and 65535")).ToArray();
        return ports.Length is > 0 and <= 127 ? ports : throw ApiException.BadRequest("ports: Required value: from 1 to 127 of them");
    }
}
