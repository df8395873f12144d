using Yarp.ReverseProxy.Forwarder;

namespace Orchestrator.Controller.Serving.Proxying;

/// <summary>What changes on the way: the credentials shown to us stay here, and redirects lead back through the proxy.</summary>
/// <param name="prefix">The path up to and with <c>/proxy</c>.</param>
/// <param name="rest">Path and query as the client wrote them.</param>
internal sealed class ProxyTransformer(string prefix, string rest) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        proxyRequest.RequestUri = new Uri(destinationPrefix + rest);
        proxyRequest.Headers.Authorization = null;
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", httpContext.Request.Host.Value);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", httpContext.Request.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Uri", prefix + rest);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copied = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
        var location = proxyResponse?.Headers.Location;
        if (location is not null && Path(location, proxyResponse?.RequestMessage?.RequestUri) is { } path)
        {
            httpContext.Response.Headers.Location = prefix + path;
        }
        return copied;
    }

    /// <returns>Null when it leads elsewhere, or is relative to where it was found and right as it is.</returns>
    private static string? Path(Uri location, Uri? asked) =>
        !location.IsAbsoluteUri ? location.OriginalString.StartsWith('/') ? location.OriginalString : null
        : asked is not null && location.Authority == asked.Authority ? location.PathAndQuery : null;
}
