using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Cmdlets;

/// <summary>A PersistentVolumeClaim, with what <c>kubectl get persistentvolumeclaims</c> shows of it.</summary>
public sealed class PersistentVolumeClaim : ClusterObject
{
    internal PersistentVolumeClaim(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1PersistentVolumeClaim Model => (V1PersistentVolumeClaim)Object;

    public string Status => Model.Metadata?.DeletionTimestamp is not null ? "Terminating" : Model.Status?.Phase ?? "";

    /// <summary>Name of the volume that it has.</summary>
    public string Volume => Model.Spec?.VolumeName ?? "";

    /// <summary>How large that is; empty while there is none.</summary>
    public string Capacity => Model.Status?.Capacity is null ? "" : VolumeFacts.Size(Model.Status.Capacity).ToString();

    public long CapacityBytes => VolumeFacts.Size(Model.Status?.Capacity).ToInt64Ceiling();

    /// <summary>How large it is asked to be.</summary>
    public string Requested => VolumeFacts.Requested(Model).ToString();

    /// <summary>In short: <c>RWO,ROX</c>.</summary>
    public string AccessModes => Orchestrator.Model.Volumes.AccessModes.Show(Model.Status?.AccessModes ?? Model.Spec?.AccessModes);

    public string StorageClass => VolumeFacts.ClassOf(Model) ?? "";
}
