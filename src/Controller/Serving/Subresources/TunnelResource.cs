using System.Net.WebSockets;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary><c>nodes/tunnel</c>: where an agent opens its way back. Lasts as long as the agent is connected.</summary>
internal static class TunnelResource
{
    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels)
    {
        var http = context.Http;
        if (!http.WebSockets.IsWebSocketRequest || !http.WebSockets.WebSocketRequestedProtocols.Contains(WellKnown.TunnelProtocol))
        {
            throw ApiException.BadRequest($"a tunnel is a WebSocket with the protocol {WellKnown.TunnelProtocol}");
        }
        var node = context.Request.Name!; // A subresource has a named object.
        using var socket = await http.WebSockets.AcceptWebSocketAsync(WellKnown.TunnelProtocol).ConfigureAwait(false);
        await using var stream = new TunnelStream(WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: false));
        using var tunnel = new NodeTunnel(stream);
        tunnels.Add(node, tunnel);
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(tunnel.Closed, context.Aborted,
                http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            // The client of the HTTP/2 connection reads all the time, so the end of the connection shows in the stream.
            using var hello = await tunnel.SendAsync(new HttpRequestMessage(HttpMethod.Get, "healthz"), ending.Token).ConfigureAwait(false);
            await stream.Ended.WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException or WebSocketException or IOException)
        {
            // The agent left, was replaced by a newer connection, or we stop.
        }
        finally
        {
            tunnels.Remove(node, tunnel);
        }
    }
}
