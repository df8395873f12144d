using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Cmdlets;

/// <summary>A StorageClass, with what <c>kubectl get storageclasses</c> shows of it.</summary>
public sealed class StorageClass : ClusterObject
{
    internal StorageClass(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1StorageClass Model => (V1StorageClass)Object;

    /// <summary>Claims that name no class get it.</summary>
    public bool IsDefault => VolumeFacts.IsDefault(Model);

    public string Provisioner => Model.Provisioner ?? "";
    public string ReclaimPolicy => Model.ReclaimPolicy ?? "";
    public string VolumeBindingMode => Model.VolumeBindingMode ?? "";
    public bool AllowVolumeExpansion => Model.AllowVolumeExpansion == true;
}
