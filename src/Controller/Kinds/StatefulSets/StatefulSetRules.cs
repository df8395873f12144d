using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.StatefulSets;

internal sealed class StatefulSetRules : KindRules<V1StatefulSet>
{
    public const string OrderedReady = "OrderedReady";
    public const string Parallel = "Parallel";
    public const string RollingUpdate = "RollingUpdate";
    public const string OnDelete = "OnDelete";
    private const string Retain = "Retain";
    private static readonly string[] Changeable = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    public override bool CountsGenerations => true;

    /// <summary>Its pods' names are host names.</summary>
    public override string? CheckName(string name) => NameRules.DnsLabel(name);

    protected override void PrepareCreate(V1StatefulSet item) => item.Status = new V1StatefulSetStatus { Replicas = 0 };

    protected override void Default(V1StatefulSet item)
    {
        item.Spec ??= new V1StatefulSetSpec();
        var spec = item.Spec;
        spec.Replicas ??= 1;
        spec.RevisionHistoryLimit ??= 10;
        spec.PodManagementPolicy = string.IsNullOrEmpty(spec.PodManagementPolicy) ? OrderedReady : spec.PodManagementPolicy;
        spec.UpdateStrategy ??= new V1StatefulSetUpdateStrategy();
        spec.UpdateStrategy.Type = string.IsNullOrEmpty(spec.UpdateStrategy.Type) ? RollingUpdate : spec.UpdateStrategy.Type;
        if (spec.UpdateStrategy.Type == RollingUpdate)
        {
            spec.UpdateStrategy.RollingUpdate ??= new V1RollingUpdateStatefulSetStrategy();
            spec.UpdateStrategy.RollingUpdate.Partition ??= 0;
        }
        spec.PersistentVolumeClaimRetentionPolicy ??= new V1StatefulSetPersistentVolumeClaimRetentionPolicy();
        spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted ??= Retain;
        spec.PersistentVolumeClaimRetentionPolicy.WhenScaled ??= Retain;
        PodTemplateRules.Default(spec.Template);
        foreach (var claim in spec.VolumeClaimTemplates ?? [])
        {
            (claim.ApiVersion, claim.Kind) = ("v1", "PersistentVolumeClaim");
            claim.Spec ??= new V1PersistentVolumeClaimSpec();
            claim.Spec.VolumeMode ??= "Filesystem";
            claim.Status ??= new V1PersistentVolumeClaimStatus { Phase = ClaimPhase.Pending };
        }
    }

    protected override void Validate(V1StatefulSet item, FieldErrors errors)
    {
        var spec = item.Spec;
        errors.NotNegative("spec.replicas", spec.Replicas);
        errors.NotNegative("spec.minReadySeconds", spec.MinReadySeconds);
        errors.NotNegative("spec.revisionHistoryLimit", spec.RevisionHistoryLimit);
        errors.NotNegative("spec.ordinals.start", spec.Ordinals?.Start);
        if (!string.IsNullOrEmpty(spec.ServiceName))
        {
            errors.Check("spec.serviceName", spec.ServiceName, NameRules.DnsLabel(spec.ServiceName));
        }
        if (spec.PodManagementPolicy is not (OrderedReady or Parallel))
        {
            errors.NotSupported("spec.podManagementPolicy", spec.PodManagementPolicy, OrderedReady, Parallel);
        }
        Strategy(spec.UpdateStrategy, errors);
        foreach (var (field, value) in new[] { ("whenDeleted", spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted), ("whenScaled", spec.PersistentVolumeClaimRetentionPolicy.WhenScaled) })
        {
            if (value is not (Retain or "Delete"))
            {
                errors.NotSupported($"spec.persistentVolumeClaimRetentionPolicy.{field}", value, Retain, "Delete");
            }
        }
        PodTemplateRules.Validate(spec.Template, spec.Selector, errors, Claims(spec.VolumeClaimTemplates, errors));
    }

    protected override void ValidateUpdate(V1StatefulSet item, V1StatefulSet old, FieldErrors errors)
    {
        if (!JsonNode.DeepEquals(Fixed(item), Fixed(old)))
        {
            errors.Forbidden("spec", "updates to statefulset spec for fields other than " + string.Join(", ", Changeable[..^1].Select(field => $"'{field}'"))
                + $" and '{Changeable[^1]}' are forbidden");
        }
    }

    /// <returns>The names that mounts may refer to.</returns>
    private static HashSet<string> Claims(IList<V1PersistentVolumeClaim>? templates, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (templates?.Count ?? 0); i++)
        {
            var (template, field) = (templates![i], $"spec.volumeClaimTemplates[{i}]"); // Counted above.
            if (string.IsNullOrEmpty(template.Metadata?.Name))
            {
                errors.Required(field + ".metadata.name");
            }
            else
            {
                // A volume of the pod is named by it.
                errors.Check(field + ".metadata.name", template.Metadata.Name, NameRules.DnsLabel(template.Metadata.Name));
                if (!names.Add(template.Metadata.Name))
                {
                    errors.Duplicate(field + ".metadata.name", template.Metadata.Name);
                }
            }
            ClaimRules.Validate(field + ".spec", template.Spec, errors);
        }
        return names;
    }

    private static void Strategy(V1StatefulSetUpdateStrategy strategy, FieldErrors errors)
    {
        if (strategy.Type == OnDelete)
        {
            if (strategy.RollingUpdate is not null)
            {
                errors.Invalid("spec.updateStrategy.rollingUpdate", "", $"only allowed for updateStrategy '{RollingUpdate}'");
            }
            return;
        }
        if (strategy.Type != RollingUpdate)
        {
            errors.NotSupported("spec.updateStrategy", strategy.Type, OnDelete, RollingUpdate);
            return;
        }
        errors.NotNegative("spec.updateStrategy.rollingUpdate.partition", strategy.RollingUpdate.Partition);
        if (strategy.RollingUpdate.MaxUnavailable is { } most)
        {
            const string Field = "spec.updateStrategy.rollingUpdate.maxUnavailable";
            if (!PodShare.TryParse(most, out var number, out var percent))
            {
                errors.Invalid(Field, most.Value, "must be a number of at least 0, or a percentage such as '25%'");
            }
            else if (number == 0 || (percent && number > 100))
            {
                errors.Invalid(Field, most.Value, number == 0 ? "cannot be 0" : "must not be greater than 100%");
            }
        }
    }

    private static JsonObject Fixed(V1StatefulSet set)
    {
        var spec = (JsonObject)ModelJson.ToTree(set.Spec).DeepClone();
        foreach (var field in Changeable)
        {
            spec.Remove(field);
        }
        return spec;
    }
}
