using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Backups;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Serving.Auditing;
using Orchestrator.Controller.Serving.Limiting;
using Orchestrator.Controller.Serving.Proxying;
using Orchestrator.Controller.Serving.Streams;
using Orchestrator.Controller.Serving.Subresources;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Serving.Telemetry;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Yarp.ReverseProxy.Forwarder;

namespace Orchestrator.Controller.Serving;

/// <summary>The one endpoint: authenticate, understand, authorize, and hand over to the verb.</summary>
internal sealed class ApiEndpoint(ObjectApi api, Deletion deletion, Authenticator authenticator, Authorizer authorizer, TunnelRegistry tunnels, AccountTokens tokens,
    ServedKinds kinds, ExtraPaths extras, PublicPaths publics, TableWriter tables, Impersonation impersonation, RoleEscalation escalation, ClientQueues queues,
    ServerMetrics metrics, AuditLog audit, ControllerOptions options, IHttpForwarder forwarder, TimeProvider time, ILogger<ApiEndpoint> log)
{
    /// <summary>Subresources whose requests go on for as long as the client likes.</summary>
    private static readonly string[] Streams = ["exec", "attach", "portforward", "proxy", "tunnel", "log"];

    public async Task HandleAsync(HttpContext http)
    {
        var (received, start) = (time.GetUtcNow(), time.GetTimestamp());
        var record = AuditRecord.Attach(http, audit.Level);
        using var allotted = new RequestTime(http, time);
        try
        {
            await AnswerAsync(http, record, allotted).ConfigureAwait(false);
        }
        finally
        {
            metrics.Ended(record.Request, IsLong(record.Request), http.Response.StatusCode, time.GetElapsedTime(start));
            if (audit.Level != AuditLevel.None && IsAudited(record))
            {
                await audit.WriteAsync(record, http, received, time.GetUtcNow()).ConfigureAwait(false);
            }
        }
    }

    private async Task AnswerAsync(HttpContext http, AuditRecord record, RequestTime allotted)
    {
        try
        {
            await RouteAsync(http, record, allotted).ConfigureAwait(false);
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
        catch (OperationCanceledException) when (allotted.IsOver)
        {
            allotted.End();
            await StatusWriter.WriteAsync(http, ApiException.Timeout("the request did not complete within the allotted timeout")).ConfigureAwait(false);
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

    private async Task RouteAsync(HttpContext http, AuditRecord record, RequestTime allotted)
    {
        var path = http.Request.Path.Value ?? "/";
        var caller = await authenticator.AuthenticateAsync(http).ConfigureAwait(false);
        var user = impersonation.Apply(http, caller);
        (record.User, record.Impersonator) = (user, ReferenceEquals(user, caller) ? null : caller);
        if (await publics.HandleAsync(http, path).ConfigureAwait(false))
        {
            return;
        }
        var request = ApiRequest.Parse(http.Request.Method, path, QueryOptions.Flag(http, "watch"), kinds.Find);
        record.Request = request;
        // A large database takes its time.
        var isLong = IsLong(request) || path.StartsWith(BackupPaths.Prefix, StringComparison.Ordinal);
        if (!isLong)
        {
            allotted.Begin(options.RequestTimeout);
        }
        using var turn = isLong ? null : await queues.EnterAsync(http, user).ConfigureAwait(false);
        using var counted = metrics.Begin(isLong, request?.Verb ?? "", request?.Served.Plural ?? "");
        if (request is not null)
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
        if (!await extras.HandleAsync(http, path, user).ConfigureAwait(false))
        {
            throw ApiException.NoSuchPath();
        }
    }

    private static bool IsLong(ApiRequest? request) => request is not null && (request.Verb == "watch" || Streams.Contains(request.Subresource));

    /// <summary>All but what agents do every few seconds, and what anybody may ask.</summary>
    private static bool IsAudited(AuditRecord record) =>
        record.User is { } user && (record.Request is not null || !user.IsAnonymous)
        && !(user.IsIn(WellKnown.NodeGroup) && record.Request is { Kind.Kind: "Lease" or "Event" } or { Subresource: "status" });

    private Task DispatchAsync(ApiContext context) => (context.Request.Subresource, context.Request.Verb) switch
    {
        ("scale", _) => ScaleResource.HandleAsync(context),
        ("binding", _) => BindingResource.HandleAsync(context),
        ("eviction", _) => EvictionResource.HandleAsync(context),
        ("approval", _) => ApprovalResource.HandleAsync(context, authorizer),
        ("token", _) => TokenResource.HandleAsync(context, tokens),
        ("log", _) => LogResource.HandleAsync(context, tunnels),
        ("exec", _) => CommandResource.HandleAsync(context, tunnels, time, exec: true),
        ("attach", _) => CommandResource.HandleAsync(context, tunnels, time, exec: false),
        ("portforward", _) => PortForwardResource.HandleAsync(context, tunnels, time),
        ("proxy", _) when context.Request.Kind.Kind == "Node" => NodeProxyResource.HandleAsync(context, tunnels),
        ("proxy", _) => ProxyResource.HandleAsync(context, tunnels, forwarder),
        ("network", _) => NetworkResource.HandleAsync(context, tunnels),
        ("tunnel", _) => TunnelResource.HandleAsync(context, tunnels),
        (null or "status", "get") => GetVerb.HandleAsync(context),
        (null, "list") => ListVerb.HandleAsync(context),
        (null, "watch") => WatchVerb.HandleAsync(context),
        (null, "create") => CreateVerb.HandleAsync(context),
        (null or "status" or "finalize", "update") => UpdateVerb.HandleAsync(context),
        (null or "status", "patch") => PatchVerb.HandleAsync(context),
        (null, "delete") => DeleteVerb.HandleAsync(context),
        (null, "deletecollection") => DeleteVerb.HandleCollectionAsync(context),
        _ => throw ApiException.MethodNotAllowed(),
    };
}
