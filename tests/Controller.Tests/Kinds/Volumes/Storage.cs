using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Tests.Kinds.Volumes;

/// <summary>Volumes, claims, classes and nodes as planners see them.</summary>
internal static class Storage
{
    public static V1PersistentVolumeClaim Claim(string size = "1Gi", string @class = "local", Action<V1PersistentVolumeClaim>? change = null)
    {
        var claim = new V1PersistentVolumeClaim
        {
            Metadata = new() { Name = "data", NamespaceProperty = "default", Uid = "claim-uid", Annotations = new Dictionary<string, string>() },
            Spec = new() { AccessModes = ["ReadWriteOnce"], StorageClassName = @class, VolumeMode = "Filesystem", Resources = new() { Requests = Size(size) } },
            Status = new() { Phase = "Pending" },
        };
        change?.Invoke(claim);
        return claim;
    }

    public static V1PersistentVolume Volume(string name, string size = "1Gi", string @class = "local", Action<V1PersistentVolume>? change = null)
    {
        var volume = new V1PersistentVolume
        {
            Metadata = new() { Name = name, Uid = name, Annotations = new Dictionary<string, string>(), Finalizers = [VolumeNames.VolumeProtection] },
            Spec = new()
            {
                AccessModes = ["ReadWriteOnce"], StorageClassName = @class, VolumeMode = "Filesystem", Capacity = Size(size), PersistentVolumeReclaimPolicy = "Retain",
                HostPath = new() { Path = "/srv" },
            },
            Status = new() { Phase = VolumePhase.Available },
        };
        change?.Invoke(volume);
        return volume;
    }

    /// <summary>One that an agent makes, for the claim of <see cref="Claim"/>.</summary>
    public static V1PersistentVolume Provisioned(string node = "n1", string? made = "1Gi", Action<V1PersistentVolume>? change = null) => Volume("pvc-claim-uid", change: volume =>
    {
        volume.Spec.HostPath = null;
        volume.Spec.Csi = new() { Driver = VolumeNames.Local, VolumeHandle = "pvc-claim-uid", VolumeAttributes = new Dictionary<string, string> { [VolumeNames.NodeAttribute] = node } };
        volume.Spec.PersistentVolumeReclaimPolicy = "Delete";
        volume.Spec.ClaimRef = new() { Name = "data", NamespaceProperty = "default", Uid = "claim-uid" };
        volume.Metadata.Finalizers = [VolumeNames.VolumeProtection, VolumeNames.DataFinalizer];
        volume.Metadata.Annotations[VolumeNames.ProvisionedBy] = VolumeNames.Local;
        if (made is not null)
        {
            volume.Metadata.Annotations[VolumeNames.MadeSize] = made;
        }
        change?.Invoke(volume);
    });

    public static V1StorageClass Class(string mode = "Immediate", string provisioner = VolumeNames.Local) => new()
    {
        Metadata = new() { Name = "local" }, Provisioner = provisioner, VolumeBindingMode = mode, ReclaimPolicy = "Delete",
    };

    public static V1Node Node(string name, params (string Key, string Value)[] labels) => new()
    {
        Metadata = new() { Name = name, Labels = labels.Append(("kubernetes.io/hostname", name)).ToDictionary(label => label.Item1, label => label.Item2) },
        Spec = new(),
        Status = new() { Conditions = [new() { Type = "Ready", Status = "True" }] },
    };

    private static Dictionary<string, ResourceQuantity> Size(string size) => new() { ["storage"] = new(size) };
}
