using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Controller.Serving.Discovery;
using Orchestrator.Controller.Serving.Metrics;
using Orchestrator.Controller.Serving.OpenApi;
using Orchestrator.Controller.Serving.Placements;
using Orchestrator.Controller.Serving.Proxying;
using Orchestrator.Controller.Serving.Reviews;
using Orchestrator.Controller.Serving.Streams;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Yarp.ReverseProxy.Forwarder;

namespace Orchestrator.Controller.Serving;

/// <summary>The one endpoint: authenticate, understand, authorize, and hand over to the verb.</summary>
internal sealed class ApiEndpoint(ObjectApi api, Deletion deletion, Authenticator authenticator, Authorizer authorizer, TunnelRegistry tunnels, AccountTokens tokens, ServedKinds kinds, DiscoveryPaths discovery,
    TableWriter tables, MetricsPaths metrics, PlacementPaths placements, ReviewPaths reviews, Impersonation impersonation, RoleEscalation escalation, Readiness readiness, IHttpForwarder forwarder, TimeProvider time, ILogger<ApiEndpoint> log)
{
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http).ConfigureAwait(false);
        }
        catch (ApiException problem)
        {
            await StatusWriter.WriteAsync(http, problem).ConfigureAwait(false);
        }
        catch (StoreException problem)
        {
            log.StoreFailed(http.Request.Method, http.Request.Path, problem);
            await StatusWriter.WriteAsync(http, StatusWriter.Translate(problem)).ConfigureAwait(false);
        }
        catch (Exception problem) when (http.RequestAborted.IsCancellationRequested)
        {
            log.ClientLeft(http.Request.Method, http.Request.Path, problem.Message);
        }
        catch (BadHttpRequestException problem)
        {
            await StatusWriter.WriteAsync(http, ApiException.BadRequest(problem.Message)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The rim: whatever happens, the client gets a Status and the log gets the cause.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            log.RequestFailed(http.Request.Method, http.Request.Path, problem);
            await StatusWriter.WriteAsync(http, ApiException.Internal("an internal error occurred")).ConfigureAwait(false);
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var user = impersonation.Apply(http, await authenticator.AuthenticateAsync(http).ConfigureAwait(false));
        if (await PublicPaths.HandleAsync(http, path, readiness).ConfigureAwait(false))
        {
            return;
        }
        var watch = QueryOptions.Flag(http, "watch");
        if (ApiRequest.Parse(http.Request.Method, path, watch, kinds.Find) is { } request)
        {
            if (request.Kind is CustomResourceKind { Warning: { } warning })
            {
                QueryOptions.Warn(http, warning);
            }
            authorizer.Authorize(user, request, () => QueryOptions.Text(http, "fieldSelector"));
            await DispatchAsync(new(http, request, user, api, deletion, tables, escalation)).ConfigureAwait(false);
            return;
        }
        if (user.IsAnonymous)
        {
            throw ApiException.Unauthorized();
        }
        if (!await metrics.HandleAsync(http, path, user).ConfigureAwait(false) && !await reviews.HandleAsync(http, path, user).ConfigureAwait(false)
            && !await placements.HandleAsync(http, path, user).ConfigureAwait(false)
            && !await discovery.HandleAsync(http, path).ConfigureAwait(false))
        {
            throw ApiException.NoSuchPath();
        }
    }

    private Task DispatchAsync(ApiContext context) => (context.Request.Subresource, context.Request.Verb) switch
    {
        ("scale", _) => ScaleResource.HandleAsync(context),
        ("binding", _) => BindingResource.HandleAsync(context),
        ("eviction", _) => EvictionResource.HandleAsync(context),
        ("token", _) => TokenResource.HandleAsync(context, tokens),
        ("log", _) => LogResource.HandleAsync(context, tunnels),
        ("exec", _) => CommandResource.HandleAsync(context, tunnels, time, exec: true),
        ("attach", _) => CommandResource.HandleAsync(context, tunnels, time, exec: false),
        ("portforward", _) => PortForwardResource.HandleAsync(context, tunnels, time),
        ("proxy", _) => ProxyResource.HandleAsync(context, tunnels, forwarder),
        ("tunnel", _) => TunnelResource.HandleAsync(context, tunnels),
        (null or "status", "get") => GetVerb.HandleAsync(context),
        (null, "list") => ListVerb.HandleAsync(context),
        (null, "watch") => WatchVerb.HandleAsync(context),
        (null, "create") => CreateVerb.HandleAsync(context),
        (null or "status" or "approval" or "finalize", "update") => UpdateVerb.HandleAsync(context),
        (null or "status" or "approval", "patch") => PatchVerb.HandleAsync(context),
        (null, "delete") => DeleteVerb.HandleAsync(context),
        (null, "deletecollection") => DeleteVerb.HandleCollectionAsync(context),
        _ => throw ApiException.MethodNotAllowed(),
    };
}
