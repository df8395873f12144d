using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Namespaces;

/// <summary>Empties a namespace that is being deleted, and then lets it go.</summary>
internal sealed class NamespaceReconciler(ObjectApi api, Deletion deletion, ServedKinds kinds) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<k8s.Models.V1Namespace>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, .. Catalog.All.Where(kind => kind.Namespaced).Select(kind => kind.GroupResource)];

    public override bool FollowsCustomResources => true;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        if (change.Object.Key.Resource == Kind.GroupResource)
        {
            return change.Object.Encoded.IsDeleting && change.Type != ChangeType.Deleted ? [change.Object.Key] : [];
        }
        // The last object to go ends the namespace.
        var key = ObjectKey.Of(Kind, null, change.Object.Key.Namespace);
        return change.Type == ChangeType.Deleted && api.Cache.Get(key)?.Encoded.IsDeleting == true ? [key] : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is not { Encoded.IsDeleting: true } item)
        {
            return null;
        }
        var left = 0;
        foreach (var kind in kinds.Stored.Where(kind => kind.Namespaced))
        {
            foreach (var content in api.Cache.List(new(kind.GroupResource, key.Name)).Items)
            {
                left++;
                if (content.Encoded.IsDeleting)
                {
                    continue;
                }
                try
                {
                    left -= (await deletion.DeleteAsync(kind, key.Name, content.Key.Name, DeleteRequest.Default, cancellationToken).ConfigureAwait(false)).Gone ? 1 : 0;
                }
                catch (ApiException problem) when (problem.Reason == StatusReason.NotFound)
                {
                    left--;
                }
            }
        }
        if (left == 0)
        {
            var tree = JsonTree.ParseObject(item.Encoded.Bytes);
            tree["spec"]!["finalizers"] = null; // A namespace has a spec from its creation.
            await api.ReplaceAsync(Kind, item, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }
}
