using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Cmdlets;

/// <summary>A PersistentVolume, with what <c>kubectl get persistentvolumes</c> shows of it.</summary>
public sealed class PersistentVolume : ClusterObject
{
    internal PersistentVolume(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1PersistentVolume Model => (V1PersistentVolume)Object;

    public string Capacity => VolumeFacts.Size(Model.Spec?.Capacity).ToString();
    public long CapacityBytes => VolumeFacts.Size(Model.Spec?.Capacity).ToInt64Ceiling();

    /// <summary>In short: <c>RWO,ROX</c>.</summary>
    public string AccessModes => Orchestrator.Model.Volumes.AccessModes.Show(Model.Spec?.AccessModes);

    public string ReclaimPolicy => Model.Spec?.PersistentVolumeReclaimPolicy ?? "";
    public string Status => Model.Metadata?.DeletionTimestamp is not null ? "Terminating" : Model.Status?.Phase ?? "";

    /// <summary>Namespace and name of the claim that has it.</summary>
    public string Claim => Model.Spec?.ClaimRef is { } claim ? $"{claim.NamespaceProperty}/{claim.Name}" : "";

    public string StorageClass => VolumeFacts.ClassOf(Model);

    /// <summary>The node whose agent keeps it; empty where none does.</summary>
    public string Node => VolumeFacts.NodeOf(Model) ?? "";
}
