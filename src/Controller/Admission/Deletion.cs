using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Admission;

/// <summary>
/// Deletes as Kubernetes documents it: at once where nothing holds the object, else by a deletionTimestamp that finalizers, a grace period
/// or the garbage collector bring to an end.
/// </summary>
internal sealed class Deletion(ObjectApi api, KindRegistry registry)
{
    private const int MaxAttempts = 20;
    /// <summary>What a cluster can't be without.</summary>
    private static readonly string[] StandingNamespaces = ["default", WellKnown.SystemNamespace, "kube-public"];

    /// <returns>The object as it was left, and whether it is gone.</returns>
    /// <exception cref="ApiException">NotFound, or Conflict with a precondition.</exception>
    public async Task<(CachedObject Object, bool Gone)> DeleteAsync(ResourceKind kind, string? @namespace, string name, DeleteRequest request,
        CancellationToken cancellationToken)
    {
        if (kind.Kind == "Namespace" && StandingNamespaces.Contains(name))
        {
            throw ApiException.Forbidden(kind, name, "this namespace may not be deleted");
        }
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var current = api.Get(kind, @namespace, name);
            CheckPreconditions(kind, current, request);
            var tree = JsonTree.ParseObject(current.Encoded.Bytes);
            var changed = Mark(kind, tree, request);
            var held = IsHeld(tree);
            if (!held)
            {
                if (request.DryRun || await api.RemoveAsync(current, cancellationToken).ConfigureAwait(false))
                {
                    return (current, true);
                }
                continue;
            }
            if (!changed)
            {
                return (current, false);
            }
            if (await api.ReplaceAsync(kind, current, tree, new() { DryRun = request.DryRun }, cancellationToken).ConfigureAwait(false) is { } marked)
            {
                return (marked, false);
            }
        }
        throw ApiException.Conflict(kind, name);
    }

    /// <summary>Sets the marks of deletion; false when it had them all already.</summary>
    private bool Mark(ResourceKind kind, JsonObject tree, DeleteRequest request)
    {
        var metadata = AdmissionChain.Metadata(tree);
        var before = metadata.DeepClone();
        var grace = Grace(kind, tree, request);
        var now = api.Time.GetUtcNow();
        if (metadata["deletionTimestamp"] is null)
        {
            metadata["deletionTimestamp"] = Timestamp.Seconds(now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (kind is { Kind: "Namespace", Group: "" })
            {
                tree["status"] = new JsonObject { ["phase"] = "Terminating" };
            }
            else if (metadata["generation"] is { } generation)
            {
                metadata["generation"] = (long)generation + 1;
            }
        }
        else if (grace < (long)(metadata["deletionGracePeriodSeconds"] ?? 0))
        {
            // A grace period is only ever shortened.
            metadata["deletionTimestamp"] = Timestamp.Seconds(now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
        }
        var finalizer = request.Propagation switch
        {
            PropagationPolicy.Foreground => WellKnown.ForegroundFinalizer,
            PropagationPolicy.Orphan => WellKnown.OrphanFinalizer,
            _ => null,
        };
        if (finalizer is not null)
        {
            var finalizers = metadata["finalizers"] as JsonArray ?? [];
            if (!finalizers.Any(item => (string?)item == finalizer))
            {
                var list = (JsonArray)finalizers.DeepClone();
                list.Add(finalizer);
                metadata["finalizers"] = list;
            }
        }
        return !JsonNode.DeepEquals(before, metadata);
    }

    private long Grace(ResourceKind kind, JsonObject tree, DeleteRequest request)
    {
        if (!registry[kind].DeletesGracefully || kind.Kind != "Pod")
        {
            return 0;
        }
        var unplaced = string.IsNullOrEmpty((string?)tree["spec"]?["nodeName"]);
        var ended = (string?)tree["status"]?["phase"] is "Succeeded" or "Failed";
        return unplaced || ended ? 0
            : Math.Max(0, request.GracePeriodSeconds ?? (long?)tree["spec"]?["terminationGracePeriodSeconds"] ?? 30);
    }

    /// <summary>Something keeps a deleted object: a finalizer (a namespace has them in its spec too), or a grace period to run.</summary>
    public static bool IsHeld(JsonObject tree)
    {
        var metadata = AdmissionChain.Metadata(tree);
        return metadata["finalizers"] is JsonArray { Count: > 0 }
            || tree["spec"]?["finalizers"] is JsonArray { Count: > 0 }
            || (long)(metadata["deletionGracePeriodSeconds"] ?? 0) > 0;
    }

    private static void CheckPreconditions(ResourceKind kind, CachedObject current, DeleteRequest request)
    {
        if (request.Uid is { } uid && uid != current.Encoded.Uid)
        {
            throw ApiException.Conflict(kind, current.Key.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Encoded.Uid}");
        }
        if (request.ResourceVersion is { } version && version != current.Revision.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiException.Conflict(kind, current.Key.Name,
                $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {current.Revision}");
        }
    }
}
