using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Proxying;

/// <summary>
/// <c>nodes/proxy</c>: what the node's agent tells of itself, read only. Its logs, commands and ports are the pods' subresources, which have rights
/// of their own, and are not reached this way.
/// </summary>
internal static class NodeProxyResource
{
    private static readonly string[] s_paths = ["metrics", "healthz"];

    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels)
    {
        var (http, request) = (context.Http, context.Request);
        if (request.Verb != "get")
        {
            throw ApiException.MethodNotAllowed();
        }
        var node = context.Api.Get(request.Kind, null, request.Name!).Key.Name; // A subresource has a named object.
        var path = PathOf(http);
        if (!s_paths.Contains(path))
        {
            throw ApiException.NoSuchPath();
        }
        var tunnel = tunnels.Find(node) ?? throw ApiException.Unavailable($"the agent of node \"{node}\" is not connected");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted, tunnel.Closed);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path);
            using var answer = await tunnel.SendAsync(message, ending.Token).ConfigureAwait(false);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(http.Response.Body, ending.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException && !context.Aborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            throw ApiException.Unavailable($"the agent of node \"{node}\" does not answer: {problem.Message}");
        }
    }

    /// <summary>What follows <c>/proxy/</c>, as the client wrote it: nothing of it is interpreted.</summary>
    private static string PathOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        const string Proxy = "/proxy/";
        return target.IndexOf(Proxy, StringComparison.Ordinal) is var at and >= 0 ? target[(at + Proxy.Length)..] : "";
    }
}
