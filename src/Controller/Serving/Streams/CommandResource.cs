using Orchestrator.Controller.Serving.Streams.Spdy;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary><c>pods/exec</c> and <c>pods/attach</c>.</summary>
internal static class CommandResource
{
    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels, TimeProvider time, bool exec)
    {
        var http = context.Http;
        if (context.Request.Verb is not ("get" or "create"))
        {
            throw ApiException.MethodNotAllowed();
        }
        var options = CommandOptions.Parse(http, exec);
        var pod = PodAgent.PodOf(context);
        var container = PodAgent.Container(pod, options.Container);
        var agent = await PodAgent.FindAsync(pod, tunnels, context.Aborted).ConfigureAwait(false);
        var accept = ChooseProtocol(http, options, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(agent.Tunnel.Closed,
            http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, context.Aborted);
        // What the agent refuses is told before the upgrade, as an ordinary answer.
        await using var stream = await agent.OpenAsync($"{agent.Path(exec ? "exec" : "attach", container)}?{options.Query}", ending.Token).ConfigureAwait(false);
        try
        {
            await using var client = await accept().ConfigureAwait(false);
            await new StreamBridge(client, stream, agent).RunAsync(ending.Token, context.Aborted).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or OperationCanceledException or System.Net.WebSockets.WebSocketException)
        {
            // After the upgrade there is no answer left to give: the client has gone, or does not keep to the protocol.
        }
    }

    private static Func<Task<IClientChannels>> ChooseProtocol(HttpContext http, CommandOptions options, TimeProvider time)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            var offered = http.WebSockets.WebSocketRequestedProtocols;
            var protocol = ChannelProtocol.ForCommands(offered)
                ?? throw ApiException.BadRequest($"unable to negotiate protocol: client supports [{string.Join(' ', offered)}]");
            return async () =>
            {
                var socket = await http.WebSockets.AcceptWebSocketAsync(protocol.Name.Length > 0 ? protocol.Name : null).ConfigureAwait(false);
                var channels = new WebSocketChannels(socket, protocol, time);
                // An empty message tells the client that it is connected.
                await channels.WriteAsync(
                    options.Output ? StreamChannel.Output : options.ErrorOutput ? StreamChannel.ErrorOutput : StreamChannel.Status,
                    default, http.RequestAborted).ConfigureAwait(false);
                return channels;
            };
        }
        if (SpdyUpgrade.IsAsked(http))
        {
            var version = SpdyUpgrade.Negotiate(http, SpdyChannels.Protocol);
            return async () => await SpdyChannels.AcceptAsync(
                await SpdyUpgrade.AcceptAsync(http, version).ConfigureAwait(false), options, time, http.RequestAborted).ConfigureAwait(false);
        }
        throw ApiException.BadRequest("Upgrade request required");
    }
}
