using k8s.Models;
using Orchestrator.Model.Scheduling;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Brings the volumes of claims to pods of this node.</summary>
internal sealed class ClaimVolumes(IVolumeApi api, VolumeStore store, IReadOnlyDictionary<string, IVolumeDriver> drivers, MountedClaims mounted, string node)
{
    public static bool IsClaim(V1Volume volume) => volume.PersistentVolumeClaim is not null || volume.Ephemeral is not null;

    public MountedClaim? Find(V1Pod pod, V1Volume volume) => mounted.Find(pod.Metadata.Uid, volume.Name);

    /// <exception cref="VolumeException" />
    public async Task SetUpAsync(V1Pod pod, V1Volume volume, CancellationToken cancellationToken)
    {
        try
        {
            // What the pod has already it keeps, whatever became of the objects since: it needs no API.
            var claim = Find(pod, volume) ?? await ResolveAsync(pod, volume, cancellationToken);
            if (claim.Order is null)
            {
                mounted.Write(pod.Metadata.Uid, volume.Name, claim);
                return;
            }
            using var held = await store.LockAsync(claim.Order.Handle, cancellationToken);
            // Written down before it is mounted: from here on nobody unmounts or removes it.
            mounted.Write(pod.Metadata.Uid, volume.Name, claim);
            var isGuest = claim.Order.Attributes.GetValueOrDefault(VolumeNames.NodeAttribute) != node;
            store.Write(new(store.Read(claim.Order.Handle)?.Order ?? claim.Order, IsConfirmed: !isGuest, isGuest, IsMounted: true));
            var path = await drivers[claim.Order.Driver].MountAsync(claim.Order, cancellationToken);
            mounted.Write(pod.Metadata.Uid, volume.Name, claim with { Path = path });
            if (pod.Spec.SecurityContext?.FsGroup is { } group && !claim.IsReadOnly)
            {
                VolumeOwnership.Apply(path, group, pod.Spec.SecurityContext.FsGroupChangePolicy == "OnRootMismatch");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new VolumeException(e.Message, e);
        }
    }

    private async Task<MountedClaim> ResolveAsync(V1Pod pod, V1Volume volume, CancellationToken cancellationToken)
    {
        var (@namespace, name) = (pod.Metadata.NamespaceProperty, volume.PersistentVolumeClaim?.ClaimName ?? VolumeFacts.EphemeralClaim(pod.Metadata.Name, volume.Name));
        var claim = await api.FindClaimAsync(@namespace, name, cancellationToken) ?? throw new VolumeException($"persistentvolumeclaim \"{name}\" not found");
        if (volume.Ephemeral is not null && claim.Metadata.OwnerReferences?.Any(owner => owner.Controller == true && owner.Uid == pod.Metadata.Uid) != true)
        {
            throw new VolumeException($"persistentvolumeclaim \"{name}\" was not created for this pod (pod is not owner)");
        }
        if (claim.Metadata.DeletionTimestamp is not null)
        {
            throw new VolumeException($"can't start pods because persistentvolumeclaim \"{name}\" is being deleted");
        }
        if (!VolumeFacts.IsBound(claim))
        {
            throw new VolumeException($"persistentvolumeclaim \"{name}\" is not bound");
        }
        var bound = await api.FindVolumeAsync(claim.Spec.VolumeName, cancellationToken) ?? throw new VolumeException($"persistentvolume \"{claim.Spec.VolumeName}\" not found");
        // A claim can name any volume; whose the volume is, it says itself.
        if (bound.Spec.ClaimRef?.Uid != claim.Metadata.Uid)
        {
            throw new VolumeException($"persistentvolume \"{bound.Metadata.Name}\" is not that of persistentvolumeclaim \"{@namespace}/{name}\"");
        }
        // The scheduler sees to it; not every pod has its node from the scheduler.
        if (claim.Spec.AccessModes?.Contains(AccessModes.ReadWriteOncePod) == true && mounted.IsOfAnother(pod.Metadata.Uid, bound.Metadata.Name))
        {
            throw new VolumeException($"persistentvolumeclaim \"{name}\" has the access mode ReadWriteOncePod and is in use by another pod");
        }
        await CheckNodeAsync(bound, cancellationToken);
        var readOnly = volume.PersistentVolumeClaim?.ReadOnlyProperty == true || bound.Spec.Csi?.ReadOnlyProperty == true;
        return Locate(bound, readOnly, $"{@namespace}/{name}");
    }

    private MountedClaim Locate(V1PersistentVolume volume, bool readOnly, string claim)
    {
        if (volume.Spec.VolumeMode == "Block")
        {
            throw new VolumeException($"persistentvolume \"{volume.Metadata.Name}\": spec.volumeMode Block is not supported");
        }
        if (volume.Spec.HostPath is { } hostPath)
        {
            return new(volume.Metadata.Name, null, HostPaths.Check(hostPath), readOnly, claim);
        }
        if (volume.Spec.Local is { } local)
        {
            return Directory.Exists(local.Path) && !local.Path.Split('/').Contains("..") ? new(volume.Metadata.Name, null, local.Path, readOnly, claim)
                : throw new VolumeException($"persistentvolume \"{volume.Metadata.Name}\": path \"{local.Path}\" does not exist");
        }
        return volume.Spec.Csi is { } csi && drivers.ContainsKey(csi.Driver) ? new(volume.Metadata.Name, VolumeOrder.Of(volume), "", readOnly, claim)
            : throw new VolumeException($"persistentvolume \"{volume.Metadata.Name}\": this agent mounts hostPath, local, and volumes of the drivers {string.Join(" and ", drivers.Keys.Order())}");
    }

    private async Task CheckNodeAsync(V1PersistentVolume volume, CancellationToken cancellationToken)
    {
        if (volume.Spec.NodeAffinity?.Required is { } required
            && await api.ReadNodeAsync(cancellationToken) is var node && !required.NodeSelectorTerms.Any(term => NodeAffinityRules.Holds(term, node.Metadata)))
        {
            throw new VolumeException($"persistentvolume \"{volume.Metadata.Name}\" has volume node affinity conflict with this node");
        }
    }
}
