using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>
/// A volume that an agent is to make. The object is there before anything is made, so that nothing that was made is ever without an object.
/// </summary>
internal static class ProvisionedVolume
{
    public static V1PersistentVolume For(V1PersistentVolumeClaim claim, V1StorageClass @class, V1Node node)
    {
        var name = $"pvc-{claim.Metadata.Uid}";
        var attributes = new Dictionary<string, string>(@class.Parameters ?? new Dictionary<string, string>()) { [VolumeNames.NodeAttribute] = node.Metadata.Name };
        attributes.Remove(VolumeNames.FileSystemParameter);
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Annotations = new Dictionary<string, string> { [VolumeNames.ProvisionedBy] = @class.Provisioner },
                Finalizers = [VolumeNames.DataFinalizer],
            },
            Spec = new()
            {
                Capacity = new Dictionary<string, ResourceQuantity> { [VolumeNames.Storage] = claim.Spec.Resources.Requests[VolumeNames.Storage] },
                AccessModes = [.. claim.Spec.AccessModes],
                VolumeMode = claim.Spec.VolumeMode,
                StorageClassName = @class.Metadata.Name,
                PersistentVolumeReclaimPolicy = @class.ReclaimPolicy,
                MountOptions = @class.MountOptions,
                ClaimRef = Reference(claim),
                Csi = new()
                {
                    Driver = @class.Provisioner,
                    VolumeHandle = name,
                    FsType = @class.Parameters?.TryGetValue(VolumeNames.FileSystemParameter, out var type) == true ? type : null,
                    VolumeAttributes = attributes,
                },
                NodeAffinity = IsOfCluster(@class) ? null : Only(node),
            },
        };
    }

    public static V1ObjectReference Reference(V1PersistentVolumeClaim claim) => new()
    {
        ApiVersion = "v1", Kind = "PersistentVolumeClaim", NamespaceProperty = claim.Metadata.NamespaceProperty, Name = claim.Metadata.Name, Uid = claim.Metadata.Uid,
    };

    private static bool IsOfCluster(V1StorageClass @class) => @class.Provisioner == VolumeNames.Exec
        && @class.Parameters?.TryGetValue(VolumeNames.ScopeParameter, out var scope) == true && scope == "cluster";

    private static V1VolumeNodeAffinity Only(V1Node node) => new()
    {
        Required = new()
        {
            NodeSelectorTerms =
            [
                new()
                {
                    MatchExpressions =
                    [
                        new()
                        {
                            Key = WellKnown.HostnameLabel, OperatorProperty = "In",
                            Values = [node.Metadata.Labels?.TryGetValue(WellKnown.HostnameLabel, out var label) == true ? label : node.Metadata.Name],
                        },
                    ],
                },
            ],
        },
    };
}
