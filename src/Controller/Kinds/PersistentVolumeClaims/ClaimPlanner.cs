using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>From a claim and what there is to its next step. Pure. Source: Kubernetes documentation, "Persistent Volumes" and "Storage Classes".</summary>
internal static class ClaimPlanner
{
    public const string NoProvisioner = "kubernetes.io/no-provisioner";

    /// <param name="claim">The claim.</param>
    /// <param name="volumes">All volumes.</param>
    /// <param name="class">The claim's class; null when it has none or it does not exist.</param>
    /// <param name="nodes">All nodes.</param>
    /// <returns>Null: nothing is to be done.</returns>
    public static ClaimStep? Plan(V1PersistentVolumeClaim claim, IReadOnlyCollection<V1PersistentVolume> volumes, V1StorageClass? @class, IReadOnlyCollection<V1Node> nodes)
    {
        if (!string.IsNullOrEmpty(claim.Spec.VolumeName))
        {
            return Named(claim, volumes.FirstOrDefault(volume => volume.Metadata.Name == claim.Spec.VolumeName));
        }
        if (claim.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }
        var selected = VolumeFacts.Annotation(claim.Metadata, VolumeNames.SelectedNode);
        if (volumes.FirstOrDefault(volume => VolumeFacts.IsFor(volume, claim)) is { } own)
        {
            return Own(claim, own, selected, nodes);
        }
        var waits = VolumeFacts.WaitsForConsumer(@class);
        if (waits && selected is null)
        {
            return new ClaimStep.Wait("WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        }
        var node = waits ? nodes.FirstOrDefault(item => item.Metadata.Name == selected) : null;
        if (waits && node is null)
        {
            return new ClaimStep.ChooseAgain(null, $"node \"{selected}\" is gone");
        }
        if (VolumeMatch.Best(claim, volumes, node) is { } match)
        {
            return new ClaimStep.Bind(match, IsChoice: true);
        }
        return Make(claim, volumes, @class, node, nodes);
    }

    /// <summary>The node for a volume that nobody waits for: one that may have it, with the fewest volumes.</summary>
    public static V1Node? Choose(V1StorageClass @class, IReadOnlyCollection<V1PersistentVolume> volumes, IEnumerable<V1Node> nodes)
    {
        var counts = volumes.Select(VolumeFacts.NodeOf).OfType<string>().CountBy(name => name).ToDictionary();
        return nodes.Where(node => node.Spec?.Unschedulable != true && VolumeMatch.Allows(@class, node)
                && node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true)
            .OrderBy(node => counts.GetValueOrDefault(node.Metadata.Name)).ThenBy(node => node.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private static ClaimStep? Named(V1PersistentVolumeClaim claim, V1PersistentVolume? volume)
    {
        var wasBound = VolumeFacts.IsBound(claim);
        if (volume is null)
        {
            return wasBound ? new ClaimStep.Lose("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
                : new ClaimStep.Wait("FailedBinding", $"volume \"{claim.Spec.VolumeName}\" not found");
        }
        if (volume.Spec.ClaimRef is not null && !VolumeFacts.IsFor(volume, claim))
        {
            return wasBound ? new ClaimStep.Lose("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly")
                : new ClaimStep.Wait("FailedBinding", $"volume \"{volume.Metadata.Name}\" already bound to a different claim.");
        }
        if (wasBound)
        {
            return string.IsNullOrEmpty(volume.Spec.ClaimRef?.Uid) ? new ClaimStep.Bind(volume, IsChoice: false) : new ClaimStep.Confirm(volume);
        }
        if (claim.Metadata.DeletionTimestamp is not null || volume.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }
        // Who names a volume has chosen: what it says of itself still has to be what the claim asks for.
        return VolumeMatch.Problem(claim, volume) is { } problem && VolumeFacts.Annotation(claim.Metadata, VolumeNames.BoundByController) is null
            ? new ClaimStep.Wait("VolumeMismatch", $"Cannot bind to requested volume \"{volume.Metadata.Name}\": {problem}", IsWarning: true)
            : VolumeMatch.IsMade(volume) ? new ClaimStep.Bind(volume, IsChoice: false) : null;
    }

    private static ClaimStep? Own(V1PersistentVolumeClaim claim, V1PersistentVolume volume, string? selected, IReadOnlyCollection<V1Node> nodes)
    {
        if (VolumeMatch.IsMade(volume))
        {
            return volume.Metadata.DeletionTimestamp is not null ? null
                : VolumeMatch.Problem(claim, volume) is { } mismatch
                    ? new ClaimStep.Wait("VolumeMismatch", $"Cannot bind to requested volume \"{volume.Metadata.Name}\": {mismatch}", IsWarning: true)
                    : new ClaimStep.Bind(volume, IsChoice: false);
        }
        var problem = VolumeFacts.Annotation(volume.Metadata, VolumeNames.Problem);
        if (volume.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }
        if (selected is not null && nodes.All(node => node.Metadata.Name != VolumeFacts.NodeOf(volume)))
        {
            return new ClaimStep.ChooseAgain(volume, $"node \"{VolumeFacts.NodeOf(volume)}\" is gone");
        }
        if (selected is not null && problem?.StartsWith(VolumeNames.Exhausted, StringComparison.Ordinal) == true)
        {
            return new ClaimStep.ChooseAgain(volume, problem);
        }
        return problem is null ? new ClaimStep.Wait("Provisioning", $"node \"{VolumeFacts.NodeOf(volume)}\" is making volume \"{volume.Metadata.Name}\"")
            : new ClaimStep.Wait("ProvisioningFailed", $"failed to provision volume: {problem}", IsWarning: true);
    }

    private static ClaimStep Make(V1PersistentVolumeClaim claim, IReadOnlyCollection<V1PersistentVolume> volumes, V1StorageClass? @class, V1Node? node, IReadOnlyCollection<V1Node> nodes)
    {
        if (@class is null)
        {
            return VolumeFacts.ClassOf(claim) is { Length: > 0 } missing
                ? new ClaimStep.Wait("ProvisioningFailed", $"storageclass.storage.k8s.io \"{missing}\" not found", IsWarning: true)
                : new ClaimStep.Wait("FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        }
        if (@class.Provisioner == NoProvisioner)
        {
            return node is null ? new ClaimStep.Wait("FailedBinding", $"no persistent volumes available for this claim, and class \"{@class.Metadata.Name}\" makes none")
                : new ClaimStep.ChooseAgain(null, $"node \"{node.Metadata.Name}\" has no volume for it any more");
        }
        if (!VolumeNames.IsOurs(@class.Provisioner))
        {
            return new ClaimStep.Wait("ExternalProvisioning",
                $"Waiting for a volume to be created either by the external provisioner '{@class.Provisioner}' or manually by the system administrator.");
        }
        if (claim.Spec.Selector is not null)
        {
            return new ClaimStep.Wait("ProvisioningFailed", "claim.spec.selector is not supported for dynamic provisioning", IsWarning: true);
        }
        if (claim.Spec.VolumeMode == "Block")
        {
            return new ClaimStep.Wait("ProvisioningFailed", $"{@class.Provisioner} makes file systems only: spec.volumeMode Block is not supported", IsWarning: true);
        }
        node ??= Choose(@class, volumes, nodes);
        return node is null ? new ClaimStep.Wait("ProvisioningFailed", "no node is ready to make the volume", IsWarning: true) : new ClaimStep.Provision(@class, node);
    }
}
