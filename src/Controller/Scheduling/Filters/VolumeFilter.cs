using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Controller.Scheduling.Volumes;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>The pod's claims must have volumes that the node reaches, or be able to get them there. Source: Kubernetes, the scheduler's VolumeBinding.</summary>
internal sealed class VolumeFilter(VolumeReader volumes) : IFilter
{
    private const string Conflict = "node(s) had volume node affinity conflict";
    private const string NothingToBind = "node(s) didn't find available persistent volumes to bind";
    private const string NoRoom = "node(s) did not have enough free storage";

    public string? Reject(PodClass pod, NodeInfo node)
    {
        if (pod.Claims.Length == 0)
        {
            return null;
        }
        List<V1PersistentVolume>? taken = null;
        var room = new Lazy<Quantity?>(() => Room(node));
        var wanted = Quantity.Zero;
        foreach (var claim in pod.Claims)
        {
            if (volumes.Claim(pod.Namespace, claim.Name) is not { } found)
            {
                return claim.IsEphemeral ? $"waiting for ephemeral volume controller to create the persistentvolumeclaim \"{claim.Name}\"" : $"persistentvolumeclaim \"{claim.Name}\" not found";
            }
            if (Judge(found, node, taken ??= [], ref wanted, room) is { } reason)
            {
                return reason;
            }
        }
        return null;
    }

    private string? Judge(V1PersistentVolumeClaim claim, NodeInfo node, List<V1PersistentVolume> taken, ref Quantity wanted, Lazy<Quantity?> room)
    {
        var name = claim.Metadata.Name;
        if (claim.Metadata.DeletionTimestamp is not null)
        {
            return $"persistentvolumeclaim \"{name}\" is being deleted";
        }
        if (VolumeFacts.IsBound(claim))
        {
            return volumes.Volume(claim.Spec.VolumeName) is not { } volume || claim.Status?.Phase == ClaimPhase.Lost
                ? $"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{claim.Spec.VolumeName}\""
                : VolumeMatch.Reaches(volume, node.Node!) ? null : Conflict; // Only known nodes are asked about.
        }
        var @class = volumes.Class(VolumeFacts.ClassOf(claim));
        if (!VolumeFacts.WaitsForConsumer(@class) || !string.IsNullOrEmpty(claim.Spec.VolumeName))
        {
            return "pod has unbound immediate PersistentVolumeClaims";
        }
        if (VolumeFacts.Annotation(claim.Metadata, VolumeNames.SelectedNode) is { } selected && selected != node.Name)
        {
            return NothingToBind;
        }
        if (volumes.Volumes.FirstOrDefault(volume => VolumeFacts.IsFor(volume, claim)) is { } own)
        {
            return VolumeMatch.Reaches(own, node.Node!) ? null : Conflict; // As above.
        }
        if (VolumeMatch.Best(claim, volumes.Volumes.Where(volume => !taken.Contains(volume)), node.Node) is { } match)
        {
            taken.Add(match);
            return null;
        }
        return MakeThere(claim, @class!, node, ref wanted, room); // It waits, so it is there.
    }

    private static string? MakeThere(V1PersistentVolumeClaim claim, V1StorageClass @class, NodeInfo node, ref Quantity wanted, Lazy<Quantity?> room)
    {
        if (@class.Provisioner == ClaimPlanner.NoProvisioner || !VolumeMatch.Allows(@class, node.Node!)) // As above.
        {
            return NothingToBind;
        }
        if (@class.Provisioner != VolumeNames.Local)
        {
            return null;
        }
        wanted += VolumeFacts.Requested(claim);
        return room.Value is { } free && wanted > free ? NoRoom : null;
    }

    /// <summary>What the node's disk holds beside the volumes that it has promised already; null when the node does not say.</summary>
    private Quantity? Room(NodeInfo node)
    {
        if (node.Node?.Status?.Allocatable?.TryGetValue(VolumeNames.NodeResource, out var size) != true || !Quantity.TryParse(size!.ToString(), out var total)) // Just found.
        {
            return null;
        }
        return volumes.OnNode(node.Name).Where(volume => volume.Spec.Csi?.Driver == VolumeNames.Local)
            .Aggregate(total, (left, volume) => left - VolumeFacts.Size(volume.Spec.Capacity));
    }
}
