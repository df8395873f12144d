using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>A deleted claim stays until no pod that has a node names it any more. Source: Kubernetes documentation, "Storage Object in Use Protection".</summary>
internal sealed class ClaimProtection(ObjectApi api) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1PersistentVolumeClaim>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Kind.GroupResource)
        {
            return change.Type != ChangeType.Deleted && item.Encoded.IsDeleting ? [item.Key] : [];
        }
        return change.Type != ChangeType.Deleted || !MayHaveClaims(item) ? []
            : VolumeFacts.ClaimsOf(item.Decode<V1Pod>().Spec, item.Key.Name).Select(claim => ObjectKey.Of(Kind, item.Key.Namespace, claim.Claim));
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is not { Encoded.IsDeleting: true } item || item.Decode<V1PersistentVolumeClaim>().Metadata.Finalizers?.Contains(VolumeNames.ClaimProtection) != true || IsUsed(key))
        {
            return null;
        }
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: false, tree =>
        {
            var metadata = AdmissionChain.Metadata(tree);
            metadata["uid"] = item.Encoded.Uid;
            metadata["finalizers"] = new JsonArray([.. (metadata["finalizers"] as JsonArray ?? []).Where(name => (string?)name != VolumeNames.ClaimProtection).Select(name => name?.DeepClone())]);
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return null;
    }

    // A pod without a node cannot get one any more: the scheduler gives none to pods whose claim is being deleted, and no agent starts them.
    private bool IsUsed(ObjectKey claim) => api.Cache.List(new("pods", claim.Namespace)).Items.Where(MayHaveClaims).Select(item => item.Decode<V1Pod>())
        .Any(pod => !string.IsNullOrEmpty(pod.Spec.NodeName) && VolumeFacts.ClaimsOf(pod.Spec, pod.Metadata.Name).Any(used => used.Claim == claim.Name));

    // Most pods have none: their bytes say so without being read whole.
    private static bool MayHaveClaims(CachedObject pod) =>
        pod.Bytes.AsSpan().IndexOf("\"persistentVolumeClaim\""u8) >= 0 || pod.Bytes.AsSpan().IndexOf("\"ephemeral\""u8) >= 0;
}
