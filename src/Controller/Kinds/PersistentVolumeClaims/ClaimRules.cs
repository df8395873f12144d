using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>Source: Kubernetes API reference, PersistentVolumeClaim, and documentation, "Persistent Volumes".</summary>
internal sealed class ClaimRules : KindRules<V1PersistentVolumeClaim>
{
    protected override void PrepareCreate(V1PersistentVolumeClaim item)
    {
        item.Metadata.Finalizers = [.. (item.Metadata.Finalizers ?? []).Append(VolumeNames.ClaimProtection).Distinct()];
        item.Status = new V1PersistentVolumeClaimStatus { Phase = ClaimPhase.Pending };
    }

    protected override void Default(V1PersistentVolumeClaim item)
    {
        item.Spec ??= new V1PersistentVolumeClaimSpec();
        item.Spec.VolumeMode ??= "Filesystem";
    }

    protected override void Validate(V1PersistentVolumeClaim item, FieldErrors errors) => Validate("spec", item.Spec, errors);

    /// <summary>For claims, and for what claims are made of.</summary>
    public static void Validate(string path, V1PersistentVolumeClaimSpec? spec, FieldErrors errors)
    {
        if (spec is null)
        {
            errors.Required(path);
            return;
        }
        Modes(path + ".accessModes", spec.AccessModes, errors);
        Size($"{path}.resources[storage]", spec.Resources?.Requests, errors);
        Mode(path + ".volumeMode", spec.VolumeMode, errors);
        if (!string.IsNullOrEmpty(spec.StorageClassName))
        {
            errors.Check(path + ".storageClassName", spec.StorageClassName, NameRules.DnsSubdomain(spec.StorageClassName));
        }
        if (!string.IsNullOrEmpty(spec.VolumeName))
        {
            errors.Check(path + ".volumeName", spec.VolumeName, NameRules.DnsSubdomain(spec.VolumeName));
        }
        if (spec.DataSource is not null || spec.DataSourceRef is not null)
        {
            // Accepted and ignored, the volume would be empty where somebody counts on its content.
            errors.Forbidden(path + (spec.DataSource is null ? ".dataSourceRef" : ".dataSource"), "volumes made from snapshots or other claims are not served by this cluster");
        }
        try
        {
            LabelSelector.From(spec.Selector);
        }
        catch (FormatException problem)
        {
            errors.Invalid(path + ".selector", "", problem.Message);
        }
    }

    protected override void ValidateUpdate(V1PersistentVolumeClaim item, V1PersistentVolumeClaim old, FieldErrors errors)
    {
        var (now, before) = (Fixed(item, old), Fixed(old, old));
        if (!JsonNode.DeepEquals(now, before))
        {
            errors.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
        var (wanted, was) = (VolumeFacts.Requested(item), VolumeFacts.Requested(old));
        if (wanted < was && wanted < VolumeFacts.Size(old.Status?.Capacity))
        {
            errors.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
        else if (wanted != was && string.IsNullOrEmpty(old.Spec.VolumeName))
        {
            errors.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
    }

    internal static void Modes(string field, IList<string>? modes, FieldErrors errors)
    {
        if (modes is not { Count: > 0 })
        {
            errors.Required(field, "at least 1 access mode is required");
            return;
        }
        foreach (var mode in modes.Where(mode => !AccessModes.All.Contains(mode)))
        {
            errors.NotSupported(field, mode, [.. AccessModes.All]);
        }
        if (modes.Contains(AccessModes.ReadWriteOncePod) && modes.Distinct().Count() > 1)
        {
            errors.Forbidden(field, "may not use ReadWriteOncePod with other access modes");
        }
    }

    internal static void Size(string field, IDictionary<string, ResourceQuantity>? amounts, FieldErrors errors)
    {
        if (amounts?.TryGetValue(VolumeNames.Storage, out var size) != true)
        {
            errors.Required(field);
        }
        else if (!Quantity.TryParse(size!.ToString(), out var parsed) || parsed <= Quantity.Zero) // Just found.
        {
            errors.Invalid(field, size.ToString(), "must be greater than zero");
        }
    }

    internal static void Mode(string field, string? mode, FieldErrors errors)
    {
        if (mode is not ("Filesystem" or "Block"))
        {
            errors.NotSupported(field, mode, "Block", "Filesystem");
        }
    }

    /// <summary>The part of a claim's spec that never changes: a volume and a class may be given once to a claim that has none.</summary>
    private static JsonObject Fixed(V1PersistentVolumeClaim claim, V1PersistentVolumeClaim old)
    {
        var spec = (JsonObject)ModelJson.ToTree(claim.Spec).DeepClone();
        spec.Remove("resources");
        spec.Remove("volumeAttributesClassName");
        if (string.IsNullOrEmpty(old.Spec.VolumeName))
        {
            spec.Remove("volumeName");
            if (old.Spec.StorageClassName is null)
            {
                spec.Remove("storageClassName");
            }
        }
        return spec;
    }
}
