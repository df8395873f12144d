using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>
/// Finds a volume for each claim, or has one made. The volume is written first: a claim that names a volume finds itself named there, whatever
/// happened in between.
/// </summary>
internal sealed class ClaimBinder(ObjectApi api, Deletion deletion, VolumeReader reader, EventRecorder events) : Reconciler
{
    private const string Component = "persistentvolume-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1PersistentVolumeClaim>();
    private static readonly ResourceKind Volumes = Catalog.ForType<V1PersistentVolume>();
    private static readonly ResourceKind Classes = Catalog.ForType<V1StorageClass>();
    private static readonly ResourceKind Nodes = Catalog.ForType<V1Node>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Volumes.GroupResource, Classes.GroupResource, Nodes.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var item = change.Object;
        if (item.Key.Resource == Kind.GroupResource)
        {
            return change.Type == ChangeType.Deleted ? [] : [item.Key];
        }
        if (item.Key.Resource == Volumes.GroupResource)
        {
            // A volume that is nobody's may be what anybody waits for.
            return reader.Read<V1PersistentVolume>(item).Spec.ClaimRef is { Name.Length: > 0 } claim
                ? [ObjectKey.Of(Kind, claim.NamespaceProperty, claim.Name)] : change.Type == ChangeType.Deleted ? Naming(item.Key.Name) : Unbound();
        }
        // Of a node only that it comes, goes or becomes ready matters.
        return item.Key.Resource == Nodes.GroupResource && change.Type == ChangeType.Modified && change.Previous is { } before && Ready(before) == Ready(item) ? [] : Unbound();
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (reader.Claim(key.Namespace, key.Name) is not { } claim)
        {
            return null;
        }
        if (VolumeFacts.ClassOf(claim) is null && string.IsNullOrEmpty(claim.Spec.VolumeName) && ClaimAdmission.DefaultOf(api.Cache) is { } @default)
        {
            // It came before there was a default.
            await ChangeAsync(claim, tree => tree["spec"]!["storageClassName"] ??= @default.Metadata.Name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        var isNamed = !string.IsNullOrEmpty(claim.Spec.VolumeName);
        V1PersistentVolume[] volumes = isNamed ? [.. new[] { reader.Volume(claim.Spec.VolumeName) }.OfType<V1PersistentVolume>()] : [.. reader.Volumes];
        V1Node[] nodes = isNamed ? [] : [.. api.Cache.List(new(Nodes.GroupResource)).Items.Select(reader.Read<V1Node>)];
        var step = ClaimPlanner.Plan(claim, volumes, reader.Class(VolumeFacts.ClassOf(claim)), nodes);
        await TakeAsync(claim, step, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task TakeAsync(V1PersistentVolumeClaim claim, ClaimStep? step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ClaimStep.Wait wait:
                await (wait.IsWarning ? events.WarningAsync(claim, Component, wait.Reason, wait.Message, cancellationToken)
                    : events.NormalAsync(claim, Component, wait.Reason, wait.Message, cancellationToken)).ConfigureAwait(false);
                break;
            case ClaimStep.Bind bind:
                await BindAsync(claim, bind, cancellationToken).ConfigureAwait(false);
                break;
            case ClaimStep.Confirm confirm:
                await ConfirmAsync(claim, confirm.Volume, cancellationToken).ConfigureAwait(false);
                break;
            case ClaimStep.Provision provision:
                await ProvisionAsync(claim, provision, cancellationToken).ConfigureAwait(false);
                break;
            case ClaimStep.Lose lose:
                await LoseAsync(claim, lose, cancellationToken).ConfigureAwait(false);
                break;
            case ClaimStep.ChooseAgain again:
                await ChooseAgainAsync(claim, again, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task BindAsync(V1PersistentVolumeClaim claim, ClaimStep.Bind bind, CancellationToken cancellationToken)
    {
        var volume = bind.Volume.Metadata;
        // By compare-and-swap, on the volume that the plan saw: of two claims one gets it.
        await api.UpdateAsync(Volumes, null, volume.Name, status: false, tree =>
        {
            AdmissionChain.Metadata(tree)["resourceVersion"] = volume.ResourceVersion;
            tree["spec"]!["claimRef"] = ModelJson.ToTree(ProvisionedVolume.Reference(claim)).DeepClone(); // Every volume has a spec.
            if (bind.IsChoice)
            {
                Annotate(tree, VolumeNames.BoundByController, "yes");
            }
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        await ChangeAsync(claim, tree =>
        {
            if (string.IsNullOrEmpty((string?)tree["spec"]!["volumeName"])) // Every claim has a spec.
            {
                tree["spec"]!["volumeName"] = volume.Name;
                Annotate(tree, VolumeNames.BoundByController, "yes");
            }
            Annotate(tree, VolumeNames.BindCompleted, "yes");
        }, cancellationToken).ConfigureAwait(false);
        await ConfirmAsync(claim, bind.Volume, cancellationToken).ConfigureAwait(false);
    }

    private async Task ConfirmAsync(V1PersistentVolumeClaim claim, V1PersistentVolume volume, CancellationToken cancellationToken)
    {
        if (ClaimStatus.SizeToAskFor(claim, volume) is { } wanted)
        {
            await api.UpdateAsync(Volumes, null, volume.Metadata.Name, status: false, tree =>
            {
                AdmissionChain.Metadata(tree)["uid"] = volume.Metadata.Uid;
                tree["spec"]!["capacity"]![VolumeNames.Storage] = wanted.ToString(); // Every volume has a capacity.
                return tree;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        var status = ClaimStatus.Of(claim, volume, api.Time.GetUtcNow().UtcDateTime);
        var wasSmaller = claim.Status?.Phase == ClaimPhase.Bound && VolumeFacts.Size(claim.Status.Capacity) < VolumeFacts.Size(status.Capacity);
        await api.UpdateAsync(Kind, claim.Metadata.NamespaceProperty, claim.Metadata.Name, status: true, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = claim.Metadata.Uid;
            tree["status"] = ModelJson.ToTree(status);
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        if (ClaimStatus.Fullness(status) is { } full && ClaimStatus.Fullness(claim.Status) is null)
        {
            await events.WarningAsync(claim, Component, full.Reason, full.Message, cancellationToken).ConfigureAwait(false);
        }
        if (wasSmaller)
        {
            await events.NormalAsync(claim, Component, "FileSystemResizeSuccessful", $"the volume has {status.Capacity[VolumeNames.Storage]} now", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ProvisionAsync(V1PersistentVolumeClaim claim, ClaimStep.Provision provision, CancellationToken cancellationToken)
    {
        var (@class, node) = (provision.Class, provision.Node.Metadata.Name);
        await ChangeAsync(claim, tree => Annotate(tree, VolumeNames.StorageProvisioner, @class.Provisioner), cancellationToken).ConfigureAwait(false);
        var volume = ProvisionedVolume.For(claim, @class, provision.Node);
        await api.CreateAsync(Volumes, null, ModelJson.ToTree(volume), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        await events.NormalAsync(claim, Component, "Provisioning", $"node \"{node}\" is making volume \"{volume.Metadata.Name}\"", cancellationToken).ConfigureAwait(false);
    }

    private async Task LoseAsync(V1PersistentVolumeClaim claim, ClaimStep.Lose lose, CancellationToken cancellationToken)
    {
        if (claim.Status?.Phase == ClaimPhase.Lost)
        {
            return;
        }
        await api.UpdateAsync(Kind, claim.Metadata.NamespaceProperty, claim.Metadata.Name, status: true, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = claim.Metadata.Uid;
            tree["status"] = new JsonObject { ["phase"] = ClaimPhase.Lost };
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        await events.WarningAsync(claim, Component, lose.Reason, lose.Message, cancellationToken).ConfigureAwait(false);
    }

    private async Task ChooseAgainAsync(V1PersistentVolumeClaim claim, ClaimStep.ChooseAgain again, CancellationToken cancellationToken)
    {
        if (again.Unmade is { } unmade)
        {
            await deletion.DeleteAsync(Volumes, null, unmade.Metadata.Name, new() { Uid = unmade.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        await ChangeAsync(claim, tree => (AdmissionChain.Metadata(tree)["annotations"] as JsonObject)?.Remove(VolumeNames.SelectedNode), cancellationToken).ConfigureAwait(false);
        await events.WarningAsync(claim, Component, "ProvisioningFailed", $"another node is chosen: {again.Message}", cancellationToken).ConfigureAwait(false);
    }

    private Task<CachedObject> ChangeAsync(V1PersistentVolumeClaim claim, Action<JsonObject> change, CancellationToken cancellationToken) =>
        api.UpdateAsync(Kind, claim.Metadata.NamespaceProperty, claim.Metadata.Name, status: false, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = claim.Metadata.Uid;
            change(tree);
            return tree;
        }, WriteOptions.Default, cancellationToken);

    private static void Annotate(JsonObject tree, string name, string value)
    {
        var metadata = AdmissionChain.Metadata(tree);
        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }
        annotations[name] = value;
    }

    private IEnumerable<ObjectKey> Unbound() => api.Cache.List(new(Kind.GroupResource)).Items
        .Where(item => string.IsNullOrEmpty(reader.Read<V1PersistentVolumeClaim>(item).Spec.VolumeName) || !VolumeFacts.IsBound(reader.Read<V1PersistentVolumeClaim>(item))).Select(item => item.Key);

    private IEnumerable<ObjectKey> Naming(string volume) => api.Cache.List(new(Kind.GroupResource)).Items
        .Where(item => reader.Read<V1PersistentVolumeClaim>(item).Spec.VolumeName == volume).Select(item => item.Key);

    private bool Ready(CachedObject node) => reader.Read<V1Node>(node).Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
