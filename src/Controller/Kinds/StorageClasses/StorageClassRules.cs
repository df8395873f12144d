using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.StorageClasses;

/// <summary>Source: Kubernetes API reference, StorageClass; the parameters of our own provisioners are held to what they understand.</summary>
internal sealed class StorageClassRules : KindRules<V1StorageClass>
{
    public const string Immediate = "Immediate";
    public const string WaitForFirstConsumer = "WaitForFirstConsumer";
    public const string Delete = "Delete";
    public const string Retain = "Retain";
    private static readonly string[] FileSystems = ["ext4", "xfs"];
    private static readonly string[] s_fixed = ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"];

    protected override void Default(V1StorageClass item)
    {
        item.ReclaimPolicy = string.IsNullOrEmpty(item.ReclaimPolicy) ? Delete : item.ReclaimPolicy;
        item.VolumeBindingMode = string.IsNullOrEmpty(item.VolumeBindingMode) ? Immediate : item.VolumeBindingMode;
    }

    protected override void Validate(V1StorageClass item, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(item.Provisioner))
        {
            errors.Required("provisioner");
        }
        else
        {
            errors.Check("provisioner", item.Provisioner, NameRules.QualifiedName(item.Provisioner.ToLowerInvariant()));
        }
        if (item.ReclaimPolicy is not (Delete or Retain))
        {
            errors.NotSupported("reclaimPolicy", item.ReclaimPolicy, Delete, Retain);
        }
        if (item.VolumeBindingMode is not (Immediate or WaitForFirstConsumer))
        {
            errors.NotSupported("volumeBindingMode", item.VolumeBindingMode, Immediate, WaitForFirstConsumer);
        }
        for (var i = 0; i < (item.AllowedTopologies?.Count ?? 0); i++)
        {
            for (var j = 0; j < (item.AllowedTopologies![i].MatchLabelExpressions?.Count ?? 0); j++) // Counted above.
            {
                var (expression, field) = (item.AllowedTopologies[i].MatchLabelExpressions[j], $"allowedTopologies[{i}].matchLabelExpressions[{j}]");
                errors.Check(field + ".key", expression.Key, NameRules.QualifiedName(expression.Key));
                if (expression.Values is not { Count: > 0 })
                {
                    errors.Required(field + ".values");
                }
            }
        }
        Parameters(item, errors);
    }

    protected override void ValidateUpdate(V1StorageClass item, V1StorageClass old, FieldErrors errors)
    {
        var (now, before) = (ModelJson.ToTree(item), ModelJson.ToTree(old));
        foreach (var field in s_fixed.Where(field => !JsonNode.DeepEquals(now[field], before[field])))
        {
            errors.Forbidden(field, $"updates to {field} are forbidden.");
        }
    }

    private static void Parameters(V1StorageClass item, FieldErrors errors)
    {
        if (!VolumeNames.IsOurs(item.Provisioner))
        {
            return;
        }
        var isExec = item.Provisioner == VolumeNames.Exec;
        foreach (var (name, value) in item.Parameters ?? new Dictionary<string, string>())
        {
            switch (name)
            {
                case VolumeNames.NodeAttribute:
                    errors.Forbidden("parameters[node]", "the node is chosen for each volume");
                    break;
                case VolumeNames.HardSizeParameter or VolumeNames.DockerVolumeParameter when !isExec && value is not ("true" or "false"):
                    errors.NotSupported($"parameters[{name}]", value, "true", "false");
                    break;
                case VolumeNames.FileSystemParameter when !isExec && !FileSystems.Contains(value):
                    errors.NotSupported($"parameters[{name}]", value, FileSystems);
                    break;
                case VolumeNames.ScopeParameter when isExec && value is not ("node" or "cluster"):
                    errors.NotSupported($"parameters[{name}]", value, "node", "cluster");
                    break;
                case VolumeNames.ProgramParameter when isExec:
                    // It is looked for in the agents' own folder of provisioners, and must not lead out of it.
                    errors.Check($"parameters[{name}]", value, NameRules.DataKey(value));
                    break;
                default:
                    if (!isExec && name is not (VolumeNames.HardSizeParameter or VolumeNames.FileSystemParameter or VolumeNames.DockerVolumeParameter))
                    {
                        errors.Invalid($"parameters[{name}]", value, $"{VolumeNames.Local} knows the parameters {VolumeNames.HardSizeParameter}, {VolumeNames.FileSystemParameter} and {VolumeNames.DockerVolumeParameter}");
                    }
                    break;
            }
        }
        if (!isExec && new[] { VolumeNames.HardSizeParameter, VolumeNames.DockerVolumeParameter }.All(name => item.Parameters?.TryGetValue(name, out var value) == true && value == "true"))
        {
            errors.Invalid($"parameters[{VolumeNames.DockerVolumeParameter}]", "true", $"a volume of the engine has no hard size: {VolumeNames.HardSizeParameter} is true as well");
        }
        if (isExec && item.Parameters?.ContainsKey(VolumeNames.ProgramParameter) != true)
        {
            errors.Required($"parameters[{VolumeNames.ProgramParameter}]");
        }
    }
}
