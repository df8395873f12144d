using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>Makes the claims of generic ephemeral volumes. They are their pod's, and go with it. Source: Kubernetes documentation, "Ephemeral Volumes".</summary>
internal sealed class EphemeralClaims(ObjectApi api, EventRecorder events) : Reconciler
{
    private const string Component = "ephemeral_volume";
    private static readonly ResourceKind Kind = Catalog.ForType<V1PersistentVolumeClaim>();
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();

    public override IReadOnlyList<string> Sources { get; } = [Pods.GroupResource, Kind.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Pods.GroupResource)
        {
            return change.Type != ChangeType.Deleted && !item.Encoded.IsDeleting && item.Bytes.AsSpan().IndexOf("\"ephemeral\""u8) >= 0 ? [item.Key] : [];
        }
        // One that was taken away, or stood in the way, may be made now.
        return change.Type == ChangeType.Deleted ? api.Cache.List(new("pods", item.Key.Namespace)).Items
            .Where(pod => item.Key.Name.StartsWith(pod.Key.Name + "-", StringComparison.Ordinal) && pod.Bytes.AsSpan().IndexOf("\"ephemeral\""u8) >= 0).Select(pod => pod.Key) : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key) is not { Encoded.IsDeleting: false } item || item.Decode<V1Pod>() is not { Status.Phase: not ("Succeeded" or "Failed") } pod)
        {
            return null;
        }
        foreach (var (volume, name, _) in VolumeFacts.ClaimsOf(pod.Spec, key.Name).Where(claim => claim.IsEphemeral))
        {
            if (api.Find<V1PersistentVolumeClaim>(key.Namespace, name) is { } present)
            {
                if (!IsOf(present, pod))
                {
                    await events.WarningAsync(pod, Component, "FailedBinding",
                        $"ephemeral volume {volume.Name}: PVC {key.Namespace}/{name} was not created for pod {key.Namespace}/{key.Name} (pod is not owner)", cancellationToken).ConfigureAwait(false);
                }
                continue;
            }
            var template = volume.Ephemeral.VolumeClaimTemplate;
            var tree = ModelJson.ToTree(new V1PersistentVolumeClaim
            {
                Metadata = new() { Name = name, Labels = template?.Metadata?.Labels, Annotations = template?.Metadata?.Annotations }, Spec = template?.Spec,
            });
            AdmissionChain.Metadata(tree)["ownerReferences"] = new System.Text.Json.Nodes.JsonArray(PodControl.Reference(pod));
            try
            {
                await api.CreateAsync(Kind, key.Namespace, (System.Text.Json.Nodes.JsonObject)tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException problem) when (problem.Reason is StatusReason.Invalid or StatusReason.Forbidden)
            {
                await events.WarningAsync(pod, Component, "FailedBinding", $"ephemeral volume {volume.Name}: create PVC {name}: {problem.Message}", cancellationToken).ConfigureAwait(false);
                throw;
            }
        }
        return null;
    }

    public static bool IsOf(V1PersistentVolumeClaim claim, V1Pod pod) =>
        claim.Metadata.OwnerReferences?.Any(owner => owner.Controller == true && owner.Uid == pod.Metadata.Uid) == true;
}
