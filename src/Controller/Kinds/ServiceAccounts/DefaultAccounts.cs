using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ServiceAccounts;

/// <summary>Every namespace has an account <c>default</c>, made anew when it is deleted.</summary>
internal sealed class DefaultAccounts(ObjectApi api) : Reconciler
{
    private const string Name = "default";
    private static readonly ResourceKind Namespaces = Catalog.ForType<V1Namespace>();
    private static readonly ResourceKind Accounts = Catalog.ForType<V1ServiceAccount>();

    public override IReadOnlyList<string> Sources { get; } = [Namespaces.GroupResource, Accounts.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Object.Key.Resource == Namespaces.GroupResource ? change.Type == ChangeType.Deleted ? [] : [change.Object.Key]
        : change is { Type: ChangeType.Deleted, Object.Key.Name: Name } ? [ObjectKey.Of(Namespaces, null, change.Object.Key.Namespace)] : [];

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is not { Encoded.IsDeleting: false } || api.Find(Accounts, key.Name, Name) is not null)
        {
            return null;
        }
        try
        {
            await api.CreateAsync(Accounts, key.Name, ModelJson.ToTree(new V1ServiceAccount { Metadata = new() { Name = Name } }), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason == StatusReason.AlreadyExists || (problem.Reason is StatusReason.Forbidden or StatusReason.NotFound && api.Cache.Get(key) is not { Encoded.IsDeleting: false }))
        {
            // Somebody made it, or the namespace began to go, in between.
        }
        return null;
    }
}
