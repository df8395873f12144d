using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary><c>Upgrade: SPDY/3.1</c> with <c>X-Stream-Protocol-Version</c>: how clients asked before WebSockets, and kubectl still does where those fail.</summary>
internal static class SpdyUpgrade
{
    private const string Protocol = "SPDY/3.1";
    private const string Version = "X-Stream-Protocol-Version";

    public static bool IsAsked(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        && http.Request.Headers[HeaderNames.Upgrade].Any(value => string.Equals(value, Protocol, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first of <paramref name="known"/> that the client offers.</summary>
    /// <exception cref="ApiException">It offers none of them.</exception>
    public static string Negotiate(HttpContext http, params string[] known)
    {
        var offered = http.Request.Headers[Version].OfType<string>().SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        return Array.Find(known, offered.Contains) ?? throw ApiException.BadRequest(
            $"unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{string.Join(' ', known)}]");
    }

    public static async Task<SpdySession> AcceptAsync(HttpContext http, string version)
    {
        http.Response.Headers[HeaderNames.Upgrade] = Protocol;
        http.Response.Headers[Version] = version;
        return new(await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false));
    }
}
