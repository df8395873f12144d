using Orchestrator.Controller.Backups;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Serving.Discovery;
using Orchestrator.Controller.Serving.Metrics;
using Orchestrator.Controller.Serving.Placements;
using Orchestrator.Controller.Serving.Reviews;
using Orchestrator.Controller.Serving.Telemetry;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving;

/// <summary>What is served beside objects: answers that are made when they are asked for, discovery, and figures.</summary>
internal sealed class ExtraPaths(MetricsPaths metrics, ReviewPaths reviews, PlacementPaths placements, ComponentStatusPaths components, IssuerPaths issuer,
    DiscoveryPaths discovery, BackupPaths backups, ServerMetrics figures, Authorizer authorizer)
{
    /// <returns>False when nothing is served there.</returns>
    public async Task<bool> HandleAsync(HttpContext http, string path, User user)
    {
        // These are kinds, each of which asks for itself who may.
        if (await metrics.HandleAsync(http, path, user).ConfigureAwait(false) || await reviews.HandleAsync(http, path, user).ConfigureAwait(false)
            || await placements.HandleAsync(http, path, user).ConfigureAwait(false) || await components.HandleAsync(http, path, user).ConfigureAwait(false))
        {
            return true;
        }
        var verb = http.Request.Method is "GET" or "HEAD" ? "get" : http.Request.Method.ToLowerInvariant();
        if (!IsForAgents(user, path) && authorizer.Reason(user, AccessRequest.OfPath(verb, path)) is null)
        {
            throw ApiException.ForbiddenPath($"forbidden: User \"{user.Name}\" cannot {verb} path \"{path}\"");
        }
        if (path == "/metrics" && verb == "get")
        {
            await figures.WriteAsync(http).ConfigureAwait(false);
            return true;
        }
        return await backups.HandleAsync(http, path).ConfigureAwait(false) || await issuer.HandleAsync(http, path).ConfigureAwait(false) || await discovery.HandleAsync(http, path).ConfigureAwait(false);
    }

    /// <summary>Roles may be changed; what the cluster's own machines find out about the API is not theirs to lose by it.</summary>
    private static bool IsForAgents(User user, string path) =>
        (user.IsIn(WellKnown.NodeGroup) || user.IsIn(WellKnown.BootstrapGroup)) && (path.StartsWith("/api", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal));
}
