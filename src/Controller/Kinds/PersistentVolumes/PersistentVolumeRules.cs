using System.Reflection;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Controller.Kinds.StorageClasses;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <summary>Source: Kubernetes API reference, PersistentVolume, and documentation, "Persistent Volumes".</summary>
internal sealed class PersistentVolumeRules : KindRules<V1PersistentVolume>
{
    private static readonly string[] s_common = [nameof(V1PersistentVolumeSpec.AccessModes), nameof(V1PersistentVolumeSpec.Capacity), nameof(V1PersistentVolumeSpec.ClaimRef),
        nameof(V1PersistentVolumeSpec.MountOptions), nameof(V1PersistentVolumeSpec.NodeAffinity), nameof(V1PersistentVolumeSpec.PersistentVolumeReclaimPolicy),
        nameof(V1PersistentVolumeSpec.StorageClassName), nameof(V1PersistentVolumeSpec.VolumeAttributesClassName), nameof(V1PersistentVolumeSpec.VolumeMode)];
    private static readonly PropertyInfo[] s_sources = [.. typeof(V1PersistentVolumeSpec).GetProperties().Where(property => !s_common.Contains(property.Name))];
    /// <summary>What may be changed of a volume's spec; all else is its source.</summary>
    private static readonly string[] s_changeable = ["accessModes", "capacity", "claimRef", "mountOptions", "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "nodeAffinity", "volumeMode"];

    protected override void PrepareCreate(V1PersistentVolume item)
    {
        item.Metadata.Finalizers = [.. (item.Metadata.Finalizers ?? []).Append(VolumeNames.VolumeProtection).Distinct()];
        item.Status = new V1PersistentVolumeStatus { Phase = VolumePhase.Pending };
    }

    protected override void Default(V1PersistentVolume item)
    {
        item.Spec ??= new V1PersistentVolumeSpec();
        item.Spec.PersistentVolumeReclaimPolicy = string.IsNullOrEmpty(item.Spec.PersistentVolumeReclaimPolicy) ? StorageClassRules.Retain : item.Spec.PersistentVolumeReclaimPolicy;
        item.Spec.VolumeMode ??= "Filesystem";
        if (item.Spec.HostPath is { } hostPath)
        {
            hostPath.Type ??= "";
        }
        if (item.Spec.ClaimRef is { } claim)
        {
            claim.Kind ??= "PersistentVolumeClaim";
            claim.ApiVersion ??= "v1";
        }
    }

    protected override void Validate(V1PersistentVolume item, FieldErrors errors)
    {
        var spec = item.Spec;
        ClaimRules.Modes("spec.accessModes", spec.AccessModes, errors);
        ClaimRules.Size("spec.capacity[storage]", spec.Capacity, errors);
        var sources = s_sources.Count(property => property.GetValue(spec) is not null);
        if (sources == 0)
        {
            errors.Required("spec", "must specify a volume type");
        }
        else if (sources > 1)
        {
            errors.Forbidden("spec", "may not specify more than 1 volume type");
        }
        if (spec.HostPath is { } hostPath)
        {
            PathOf("spec.hostPath.path", hostPath.Path, errors);
        }
        if (spec.Local is { } local)
        {
            PathOf("spec.local.path", local.Path, errors);
            if (spec.NodeAffinity is null)
            {
                errors.Required("spec.nodeAffinity", "Local volume requires node affinity");
            }
        }
        if (spec.Csi is { } csi)
        {
            if (string.IsNullOrEmpty(csi.Driver))
            {
                errors.Required("spec.csi.driver");
            }
            if (string.IsNullOrEmpty(csi.VolumeHandle))
            {
                errors.Required("spec.csi.volumeHandle");
            }
            else if (VolumeNames.IsOurs(csi.Driver))
            {
                // An agent names a folder by it.
                errors.Check("spec.csi.volumeHandle", csi.VolumeHandle, NameRules.DnsSubdomain(csi.VolumeHandle));
                if (csi.VolumeAttributes?.ContainsKey(VolumeNames.NodeAttribute) != true)
                {
                    errors.Required($"spec.csi.volumeAttributes[{VolumeNames.NodeAttribute}]", "the node that has the volume");
                }
            }
        }
        if (spec.PersistentVolumeReclaimPolicy is not (StorageClassRules.Delete or StorageClassRules.Retain))
        {
            errors.NotSupported("spec.persistentVolumeReclaimPolicy", spec.PersistentVolumeReclaimPolicy, StorageClassRules.Delete, StorageClassRules.Retain);
        }
        ClaimRules.Mode("spec.volumeMode", spec.VolumeMode, errors);
        if (!string.IsNullOrEmpty(spec.StorageClassName))
        {
            errors.Check("spec.storageClassName", spec.StorageClassName, NameRules.DnsSubdomain(spec.StorageClassName));
        }
        if (spec.ClaimRef is { } claim && (string.IsNullOrEmpty(claim.Name) || string.IsNullOrEmpty(claim.NamespaceProperty)))
        {
            errors.Required($"spec.claimRef.{(string.IsNullOrEmpty(claim.Name) ? "name" : "namespace")}");
        }
        if (spec.NodeAffinity is not null && spec.NodeAffinity.Required?.NodeSelectorTerms is not { Count: > 0 })
        {
            errors.Required("spec.nodeAffinity.required.nodeSelectorTerms", "must have at least one node selector term");
        }
    }

    protected override void ValidateUpdate(V1PersistentVolume item, V1PersistentVolume old, FieldErrors errors)
    {
        if (!JsonNode.DeepEquals(Source(item), Source(old)))
        {
            errors.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
        }
        if (item.Spec.VolumeMode != old.Spec.VolumeMode)
        {
            errors.Invalid("spec.volumeMode", item.Spec.VolumeMode, "field is immutable");
        }
        if (old.Spec.NodeAffinity is not null && !JsonNode.DeepEquals(ModelJson.ToTree(item.Spec)["nodeAffinity"], ModelJson.ToTree(old.Spec)["nodeAffinity"]))
        {
            errors.Invalid("spec.nodeAffinity", "", "field is immutable, except for updating from nil");
        }
    }

    private static void PathOf(string field, string? path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(path))
        {
            errors.Required(field);
        }
        else if (path.Split('/', '\\').Contains(".."))
        {
            errors.Invalid(field, path, "must not contain '..'");
        }
    }

    private static JsonObject Source(V1PersistentVolume item)
    {
        var spec = (JsonObject)ModelJson.ToTree(item.Spec).DeepClone();
        foreach (var field in s_changeable)
        {
            spec.Remove(field);
        }
        return spec;
    }
}
