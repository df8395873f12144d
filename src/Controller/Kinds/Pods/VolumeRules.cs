using System.Reflection;
using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Validation of a pod's volumes.</summary>
internal static class VolumeRules
{
    private static readonly PropertyInfo[] Sources = [.. typeof(V1Volume).GetProperties().Where(property => property.Name != nameof(V1Volume.Name))];

    /// <returns>The names that mounts may refer to.</returns>
    public static HashSet<string> Validate(string path, IList<V1Volume>? volumes, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (volumes?.Count ?? 0); i++)
        {
            var (volume, field) = (volumes![i], $"{path}[{i}]"); // Counted above.
            if (string.IsNullOrEmpty(volume.Name))
            {
                errors.Required(field + ".name");
            }
            else
            {
                errors.Check(field + ".name", volume.Name, NameRules.DnsLabel(volume.Name));
                if (!names.Add(volume.Name))
                {
                    errors.Duplicate(field + ".name", volume.Name);
                }
            }
            var sources = Sources.Count(property => property.GetValue(volume) is not null);
            if (sources == 0)
            {
                // An unnamed source is an emptyDir, as the API reference has it.
                volume.EmptyDir = new V1EmptyDirVolumeSource();
            }
            else if (sources > 1)
            {
                errors.Forbidden(field, "may not specify more than 1 volume type");
            }
            Names(field, volume, errors);
        }
        return names;
    }

    private static void Names(string field, V1Volume volume, FieldErrors errors)
    {
        if (volume.ConfigMap is { } configMap && string.IsNullOrEmpty(configMap.Name))
        {
            errors.Required(field + ".configMap.name");
        }
        if (volume.Secret is { } secret && string.IsNullOrEmpty(secret.SecretName))
        {
            errors.Required(field + ".secret.secretName");
        }
        if (volume.HostPath is { } hostPath && string.IsNullOrEmpty(hostPath.Path))
        {
            errors.Required(field + ".hostPath.path");
        }
        if (volume.PersistentVolumeClaim is { } claim && string.IsNullOrEmpty(claim.ClaimName))
        {
            errors.Required(field + ".persistentVolumeClaim.claimName");
        }
        if (volume.Ephemeral is { } ephemeral)
        {
            ClaimRules.Validate(field + ".ephemeral.volumeClaimTemplate.spec", ephemeral.VolumeClaimTemplate?.Spec, errors);
        }
        foreach (var (items, source) in new[] { (volume.ConfigMap?.Items, "configMap"), (volume.Secret?.Items, "secret") })
        {
            for (var j = 0; j < (items?.Count ?? 0); j++)
            {
                if (string.IsNullOrEmpty(items![j].Path) || Path.IsPathRooted(items[j].Path) || items[j].Path.Split('/').Contains("..")) // Counted above.
                {
                    errors.Invalid($"{field}.{source}.items[{j}].path", items[j].Path, "must be a relative path that does not contain '..'");
                }
            }
        }
    }
}
