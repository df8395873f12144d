using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ServiceAccounts;

/// <summary>Every namespace has the cluster's CA in a ConfigMap, from which its pods get it.</summary>
internal sealed class RootCertificates(ObjectApi api, CertificateAuthority authority) : Reconciler
{
    public const string Name = "kube-root-ca.crt";
    public const string Key = "ca.crt";
    private static readonly ResourceKind Namespaces = Catalog.ForType<V1Namespace>();
    private static readonly ResourceKind Maps = Catalog.ForType<V1ConfigMap>();

    public override IReadOnlyList<string> Sources { get; } = [Namespaces.GroupResource, Maps.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Object.Key.Resource == Namespaces.GroupResource ? change.Type == ChangeType.Deleted ? [] : [change.Object.Key]
        : change.Object.Key.Name == Name ? [ObjectKey.Of(Namespaces, null, change.Object.Key.Namespace)] : [];

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is not { Encoded.IsDeleting: false })
        {
            return null;
        }
        var pem = authority.Certificate.ExportCertificatePem() + "\n";
        try
        {
            if (api.Find<V1ConfigMap>(key.Name, Name) is not { } present)
            {
                var map = new V1ConfigMap
                {
                    Metadata = new()
                    {
                        Name = Name,
                        Annotations = new Dictionary<string, string> { ["kubernetes.io/description"] = "The cluster's CA, by which clients inside the cluster verify the API server." },
                    },
                    Data = new Dictionary<string, string> { [Key] = pem },
                };
                await api.CreateAsync(Maps, key.Name, ModelJson.ToTree(map), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            }
            else if (present.Data?.TryGetValue(Key, out var has) != true || has != pem)
            {
                await api.UpdateAsync(Maps, key.Name, Name, status: false, current =>
                {
                    current["data"] = new JsonObject { [Key] = pem };
                    return current;
                }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.AlreadyExists or StatusReason.NotFound
            || (problem.Reason == StatusReason.Forbidden && api.Cache.Get(key) is not { Encoded.IsDeleting: false }))
        {
            // Somebody made or removed it, or the namespace began to go, in between: that is told too.
        }
        return null;
    }
}
