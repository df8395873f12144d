using System.Net;
using System.Net.Security;
using k8s.Models;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Yarp.ReverseProxy.Forwarder;

namespace Orchestrator.Controller.Serving.Proxying;

/// <summary>
/// <c>pods/proxy</c> and <c>services/proxy</c>: an HTTP request to a port of the pod, or of one of the service's pods, any method, upgrades too, over a
/// connection through the pod's agent.
/// </summary>
internal static class ProxyResource
{
    // namespaces/{namespace}/{pods|services}/{name}/proxy behind /api/v1.
    private const int PrefixSegments = 7;

    private static readonly ForwarderRequestConfig Config = new()
    {
        // As with watches: quiet is no fault, and either side may end it.
        ActivityTimeout = TimeSpan.FromDays(1), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels, IHttpForwarder forwarder)
    {
        var (http, request) = (context.Http, context.Request);
        var target = ProxyTarget.Parse(request.Name!); // A subresource has a named object.
        var (pod, port) = request.Kind.Kind == "Service" ? ServiceTarget.Choose(context, target) : PodTarget(context, target);
        var agent = await PodAgent.FindAsync(pod, tunnels, context.Aborted).ConfigureAwait(false);
        var (prefix, rest) = Split(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (rest.Length == 0 || rest[0] != '/')
        {
            // Without the slash, what a page refers to would be looked for beside the proxy.
            http.Response.Redirect($"{prefix}/{rest}", permanent: true);
            return;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
        using var invoker = new HttpMessageInvoker(Handler(agent, port));
        var destination = $"{target.Scheme}://{pod.Status?.PodIP ?? pod.Metadata.Name}:{port}";
        var error = await forwarder.SendAsync(http, destination, invoker, Config, new ProxyTransformer(prefix, rest), context.Aborted).ConfigureAwait(false);
        if (error != ForwarderError.None && !http.Response.HasStarted && !context.Aborted.IsCancellationRequested)
        {
            var cause = http.GetForwarderErrorFeature()?.Exception;
            throw ApiException.Unavailable($"error trying to reach service: {(cause?.GetBaseException() ?? cause)?.Message ?? error.ToString()}");
        }
    }

    private static (V1Pod Pod, int Port) PodTarget(ApiContext context, ProxyTarget target)
    {
        var pod = context.Api.Get(context.Request.Kind, context.Request.Namespace, target.Name).Decode<V1Pod>();
        return (pod, target.PortOf(pod));
    }

    private static SocketsHttpHandler Handler(PodAgent agent, int port) => new()
    {
        ConnectCallback = async (_, cancellationToken) => await agent.OpenAsync($"{agent.Path("portForward")}?port={port}", cancellationToken).ConfigureAwait(false),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
#pragma warning disable CA5359 // As Kubernetes does: a pod's certificate is its own affair; the way to it is the agent's tunnel, not the network.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    };

    private static (string Prefix, string Path) Split(string rawTarget)
    {
        var end = 0;
        for (var segment = 0; segment < PrefixSegments; segment++)
        {
            var next = rawTarget.AsSpan(end + 1).IndexOfAny('/', '?');
            end = next < 0 ? rawTarget.Length : end + 1 + next;
        }
        return (rawTarget[..end], rawTarget[end..]);
    }
}
