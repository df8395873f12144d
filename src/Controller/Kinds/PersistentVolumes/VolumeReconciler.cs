using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <summary>Keeps the phases of volumes, and deletes those that are nobody's any more where their policy says so.</summary>
internal sealed class VolumeReconciler(ObjectApi api, Deletion deletion, VolumeReader reader, EventRecorder events) : Reconciler
{
    private const string Component = "persistentvolume-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1PersistentVolume>();
    private static readonly ResourceKind Claims = Catalog.ForType<V1PersistentVolumeClaim>();
    private static readonly ResourceKind Nodes = Catalog.ForType<V1Node>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Claims.GroupResource, Nodes.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Kind.GroupResource)
        {
            return change.Type == ChangeType.Deleted ? [] : [item.Key];
        }
        if (item.Key.Resource == Nodes.GroupResource)
        {
            return change.Type == ChangeType.Deleted ? api.Cache.List(new(Kind.GroupResource) { Fields = FieldSelector.Equal(VolumeNames.NodeField, item.Key.Name) }).Items.Select(volume => volume.Key) : [];
        }
        var claim = reader.Read<V1PersistentVolumeClaim>(item);
        var named = string.IsNullOrEmpty(claim.Spec.VolumeName) ? [] : new[] { ObjectKey.Of(Kind, null, claim.Spec.VolumeName) };
        // A claim that went may have been meant by volumes that it never named.
        return change.Type == ChangeType.Deleted
            ? named.Concat(reader.Volumes.Where(volume => volume.Spec.ClaimRef?.Uid == claim.Metadata.Uid).Select(volume => ObjectKey.Of(Kind, null, volume.Metadata.Name))).Distinct()
            : named;
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (reader.Volume(key.Name) is not { } volume)
        {
            return null;
        }
        var reference = volume.Spec.ClaimRef;
        var node = VolumeFacts.NodeOf(volume);
        var plan = VolumePlanner.Plan(volume, reader.Claim(reference?.NamespaceProperty, reference?.Name), node is null || api.Cache.Get(ObjectKey.Of(Nodes, null, node)) is not null);
        if (volume.Status?.Phase != plan.Phase || volume.Status?.Message != plan.Message)
        {
            // The write brings the volume here again, for the rest.
            await SetPhaseAsync(volume, plan, cancellationToken).ConfigureAwait(false);
            return null;
        }
        if (plan.Unbind)
        {
            await ChangeAsync(volume, tree => tree["spec"]!.AsObject().Remove("claimRef"), cancellationToken).ConfigureAwait(false); // Every volume has a spec.
        }
        else if (plan.Delete)
        {
            // Only what was planned of exactly this state: an administrator may just be giving it to somebody else.
            await deletion.DeleteAsync(Kind, null, key.Name, new() { Uid = volume.Metadata.Uid, ResourceVersion = volume.Metadata.ResourceVersion }, cancellationToken).ConfigureAwait(false);
        }
        if (volume.Metadata.DeletionTimestamp is not null && VolumeFacts.Annotation(volume.Metadata, VolumeNames.Problem) is { } problem)
        {
            await events.WarningAsync(volume, Component, "VolumeFailedDelete", problem, cancellationToken).ConfigureAwait(false);
        }
        if (plan.Finalizers.Count > 0)
        {
            await ChangeAsync(volume, tree =>
            {
                var metadata = AdmissionChain.Metadata(tree);
                metadata["finalizers"] = new JsonArray([.. (metadata["finalizers"] as JsonArray ?? []).Where(name => !plan.Finalizers.Contains((string?)name ?? "")).Select(name => name?.DeepClone())]);
            }, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    private async Task SetPhaseAsync(V1PersistentVolume volume, VolumePlan plan, CancellationToken cancellationToken)
    {
        await api.UpdateAsync(Kind, null, volume.Metadata.Name, status: true, tree =>
        {
            // What was planned of an older state is planned again of the newer one.
            AdmissionChain.Metadata(tree)["resourceVersion"] = volume.Metadata.ResourceVersion;
            var status = new JsonObject { ["lastPhaseTransitionTime"] = Timestamp.Seconds(api.Time.GetUtcNow()) };
            if (plan.Message is not null)
            {
                status["message"] = plan.Message;
            }
            status["phase"] = plan.Phase;
            tree["status"] = status;
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        if (plan.Phase == VolumePhase.Failed)
        {
            await events.WarningAsync(volume, Component, "VolumeFailedDelete", plan.Message ?? "", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ChangeAsync(V1PersistentVolume volume, Action<JsonObject> change, CancellationToken cancellationToken)
    {
        // The status that was just written made it newer; whose it is must still be what the plan saw.
        var seen = volume.Spec.ClaimRef?.Uid;
        await api.UpdateAsync(Kind, null, volume.Metadata.Name, status: false, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = volume.Metadata.Uid;
            if ((string?)tree["spec"]?["claimRef"]?["uid"] == seen)
            {
                change(tree);
            }
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
    }
}
