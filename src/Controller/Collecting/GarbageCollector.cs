using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Collecting;

/// <summary>
/// Follows ownerReferences: what has lost its last owner goes, an owner deleted in the foreground waits for its dependents, one deleted with
/// orphaning lets go of them first. Source: Kubernetes documentation, "Garbage Collection" and "Owners and Dependents".
/// </summary>
internal sealed class GarbageCollector(ObjectApi api, Deletion deletion, ServedKinds kinds) : Reconciler
{
    public override IReadOnlyList<string> Sources { get; } = [.. Catalog.All.Select(kind => kind.GroupResource)];

    public override bool FollowsCustomResources => true;

    public override int Workers => 4;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (change.Type == ChangeType.Deleted)
        {
            // Its dependents may be without an owner now, and its owners may have waited for it.
            return Dependents(item).Select(dependent => dependent.Key).Concat(Owners(item));
        }
        var ownersChanged = item.Encoded.OwnerUids.Length > 0 && !item.Encoded.OwnerUids.AsSpan().SequenceEqual(change.Previous?.Encoded.OwnerUids);
        return ownersChanged || item.Encoded.IsDeleting ? [item.Key] : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is not { } item || kinds.ForResource(key.Resource) is not { } kind)
        {
            return null;
        }
        var tree = JsonTree.ParseObject(item.Encoded.Bytes);
        var finalizers = Finalizers(tree);
        if (item.Encoded.IsDeleting && finalizers.Contains(WellKnown.OrphanFinalizer))
        {
            await OrphanAsync(item, cancellationToken).ConfigureAwait(false);
            await RemoveFinalizerAsync(kind, item, WellKnown.OrphanFinalizer, cancellationToken).ConfigureAwait(false);
        }
        else if (item.Encoded.IsDeleting && finalizers.Contains(WellKnown.ForegroundFinalizer))
        {
            await ForegroundAsync(kind, item, cancellationToken).ConfigureAwait(false);
        }
        else if (!item.Encoded.IsDeleting && item.Encoded.OwnerUids.Length > 0)
        {
            await CollectAsync(kind, item, tree, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    private async Task CollectAsync(ResourceKind kind, CachedObject item, JsonObject tree, CancellationToken cancellationToken)
    {
        var owners = tree["metadata"]!["ownerReferences"]!.AsArray(); // It has owners.
        var judged = owners.Select(owner => Judge(item, owner!)).ToArray();
        if (judged.Any(state => state is OwnerState.Present or OwnerState.Unknown))
        {
            return;
        }
        // All owners are gone, or wait for it in the foreground.
        var propagation = judged.Contains(OwnerState.WaitsForDependents) ? PropagationPolicy.Foreground : PropagationPolicy.Background;
        if (propagation == PropagationPolicy.Foreground && !Dependents(item).Any())
        {
            propagation = PropagationPolicy.Background;
        }
        await DeleteAsync(kind, item, propagation, cancellationToken).ConfigureAwait(false);
    }

    private async Task ForegroundAsync(ResourceKind kind, CachedObject item, CancellationToken cancellationToken)
    {
        var blocked = false;
        foreach (var dependent in Dependents(item))
        {
            var owner = References(dependent).First(reference => (string?)reference["uid"] == item.Encoded.Uid);
            blocked |= (bool?)owner["blockOwnerDeletion"] == true;
            if (!dependent.Encoded.IsDeleting && References(dependent).All(reference => Judge(dependent, reference) is OwnerState.Absent or OwnerState.WaitsForDependents))
            {
                var policy = Dependents(dependent).Any() ? PropagationPolicy.Foreground : PropagationPolicy.Background;
                await DeleteAsync(kinds.ForResource(dependent.Key.Resource)!, dependent, policy, cancellationToken).ConfigureAwait(false); // Dependents are of served kinds.
            }
        }
        if (!blocked || !Dependents(item).Any())
        {
            await RemoveFinalizerAsync(kind, item, WellKnown.ForegroundFinalizer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task OrphanAsync(CachedObject item, CancellationToken cancellationToken)
    {
        foreach (var dependent in Dependents(item))
        {
            var kind = kinds.ForResource(dependent.Key.Resource)!; // Dependents are of served kinds.
            await api.UpdateAsync(kind, dependent.Key.Namespace, dependent.Key.Name, status: false, current =>
            {
                var metadata = AdmissionChain.Metadata(current);
                var rest = (metadata["ownerReferences"] as JsonArray ?? []).Where(owner => (string?)owner?["uid"] != item.Encoded.Uid).Select(owner => owner?.DeepClone()).ToArray();
                metadata["ownerReferences"] = rest.Length > 0 ? new JsonArray(rest) : null;
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<CachedObject> RemoveFinalizerAsync(ResourceKind kind, CachedObject item, string finalizer, CancellationToken cancellationToken) =>
        api.UpdateAsync(kind, item.Key.Namespace, item.Key.Name, status: false, current =>
        {
            var metadata = AdmissionChain.Metadata(current);
            metadata["finalizers"] = new JsonArray([.. (metadata["finalizers"] as JsonArray ?? []).Where(name => (string?)name != finalizer).Select(name => name?.DeepClone())]);
            return current;
        }, WriteOptions.Default, cancellationToken);

    private async Task DeleteAsync(ResourceKind kind, CachedObject item, PropagationPolicy propagation, CancellationToken cancellationToken)
    {
        try
        {
            await deletion.DeleteAsync(kind, item.Key.Namespace, item.Key.Name, new() { Uid = item.Encoded.Uid, Propagation = propagation }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.NotFound or StatusReason.Conflict)
        {
            // Gone, or another object of that name.
        }
    }

    private IEnumerable<CachedObject> Dependents(CachedObject owner) => kinds.Stored.SelectMany(kind =>
        // A namespaced owner has dependents in its own namespace only; a cluster-scoped one anywhere.
        api.Cache.List(new(kind.GroupResource, owner.Key.Namespace.Length > 0 && kind.Namespaced ? owner.Key.Namespace : null) { OwnerUid = owner.Encoded.Uid }).Items);

    private IEnumerable<ObjectKey> Owners(CachedObject item)
    {
        foreach (var reference in item.Encoded.OwnerUids.Length == 0 ? [] : References(item))
        {
            if (OwnerKey(item, reference) is { } key && api.Cache.Get(key)?.Encoded.IsDeleting == true)
            {
                yield return key;
            }
        }
    }

    private OwnerState Judge(CachedObject item, JsonNode reference)
    {
        if (OwnerKey(item, reference) is not { } key)
        {
            // A kind that we don't serve: nothing is known of its objects, so nothing is deleted for them.
            return OwnerState.Unknown;
        }
        var owner = api.Cache.Get(key);
        return owner is null || owner.Encoded.Uid != (string?)reference["uid"] ? OwnerState.Absent
            : owner.Encoded.IsDeleting && Finalizers(JsonTree.ParseObject(owner.Encoded.Bytes)).Contains(WellKnown.ForegroundFinalizer) ? OwnerState.WaitsForDependents
            : OwnerState.Present;
    }

    private ObjectKey? OwnerKey(CachedObject item, JsonNode reference) =>
        kinds.ForKind((string?)reference["apiVersion"] ?? "", (string?)reference["kind"] ?? "") is { } kind
            ? ObjectKey.Of(kind, item.Key.Namespace, (string?)reference["name"] ?? "") : null;

    private static JsonNode[] References(CachedObject item) =>
        [.. JsonTree.ParseObject(item.Encoded.Bytes)["metadata"]!["ownerReferences"]!.AsArray().OfType<JsonNode>()]; // Asked of owned objects only.

    private static string[] Finalizers(JsonObject tree) =>
        [.. (tree["metadata"]!["finalizers"] as JsonArray ?? []).Select(name => (string?)name ?? "")]; // Every object has metadata.

    private enum OwnerState
    {
        Present,
        Absent,
        WaitsForDependents,
        Unknown,
    }
}
