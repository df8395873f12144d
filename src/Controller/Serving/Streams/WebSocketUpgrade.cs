using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>
/// Accepts a WebSocket whose protocol has a name that .NET does not accept: Kubernetes' <c>SPDY/3.1+portforward.k8s.io</c> has a slash, which
/// RFC 6455 does not allow in a token. All else is the framework's.
/// </summary>
internal static class WebSocketUpgrade
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    // RFC 6455, section 1.3.
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static async Task<WebSocket> AcceptAsync(HttpContext http, string protocol)
    {
        var headers = http.Response.Headers;
        headers[HeaderNames.Upgrade] = "websocket";
        headers[HeaderNames.SecWebSocketAccept] = Accept(http.Request.Headers[HeaderNames.SecWebSocketKey].ToString());
        headers[HeaderNames.SecWebSocketProtocol] = protocol;
        var stream = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive * 2 });
    }

#pragma warning disable CA5350 // The handshake's own hash: it keeps nothing secret.
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
}
