using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <summary>Defaults and validation of DaemonSets. Source: Kubernetes API reference, DaemonSet apps/v1.</summary>
internal sealed class DaemonSetRules : KindRules<V1DaemonSet>
{
    public const string RollingUpdate = "RollingUpdate";
    public const string OnDelete = "OnDelete";

    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1DaemonSet item) => item.Status = new V1DaemonSetStatus();

    protected override void Default(V1DaemonSet item)
    {
        item.Spec ??= new V1DaemonSetSpec();
        var spec = item.Spec;
        spec.RevisionHistoryLimit ??= 10;
        spec.UpdateStrategy ??= new V1DaemonSetUpdateStrategy();
        spec.UpdateStrategy.Type = string.IsNullOrEmpty(spec.UpdateStrategy.Type) ? RollingUpdate : spec.UpdateStrategy.Type;
        if (spec.UpdateStrategy.Type == RollingUpdate)
        {
            spec.UpdateStrategy.RollingUpdate ??= new V1RollingUpdateDaemonSet();
            spec.UpdateStrategy.RollingUpdate.MaxUnavailable ??= 1;
            spec.UpdateStrategy.RollingUpdate.MaxSurge ??= 0;
        }
        PodTemplateRules.Default(spec.Template);
        if (spec.Template is not null)
        {
            // In the same write as the template: agents name their pods by it.
            item.Metadata.Annotations = new Dictionary<string, string>(item.Metadata.Annotations ?? new Dictionary<string, string>())
            {
                [WellKnown.TemplateHash] = DaemonPods.Hash(spec.Template),
            };
        }
    }

    protected override void Validate(V1DaemonSet item, FieldErrors errors)
    {
        errors.NotNegative("spec.minReadySeconds", item.Spec.MinReadySeconds);
        errors.NotNegative("spec.revisionHistoryLimit", item.Spec.RevisionHistoryLimit);
        Strategy(item.Spec.UpdateStrategy, errors);
        PodTemplateRules.Validate(item.Spec.Template, item.Spec.Selector, errors);
    }

    protected override void ValidateUpdate(V1DaemonSet item, V1DaemonSet old, FieldErrors errors) =>
        PodTemplateRules.SelectorIsImmutable(item.Spec.Selector, old.Spec.Selector, errors);

    private static void Strategy(V1DaemonSetUpdateStrategy strategy, FieldErrors errors)
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
            errors.NotSupported("spec.updateStrategy.type", strategy.Type, OnDelete, RollingUpdate);
            return;
        }
        const string Field = "spec.updateStrategy.rollingUpdate";
        var unavailable = Share($"{Field}.maxUnavailable", strategy.RollingUpdate.MaxUnavailable, errors);
        var surge = Share($"{Field}.maxSurge", strategy.RollingUpdate.MaxSurge, errors);
        if (unavailable == 0 && surge == 0)
        {
            errors.Invalid($"{Field}.maxUnavailable", strategy.RollingUpdate.MaxUnavailable.Value, "may not be 0 when `maxSurge` is 0");
        }
        else if (unavailable > 0 && surge > 0)
        {
            errors.Invalid($"{Field}.maxSurge", strategy.RollingUpdate.MaxSurge.Value, "may not be set when `maxUnavailable` is non-zero");
        }
    }

    /// <returns>The number or the percentage; null when it is neither.</returns>
    private static int? Share(string field, IntOrString value, FieldErrors errors)
    {
        if (!PodShare.TryParse(value, out var number, out var percent))
        {
            errors.Invalid(field, value.Value, "must be a number of at least 0, or a percentage such as '25%'");
            return null;
        }
        if (percent && number > 100)
        {
            errors.Invalid(field, value.Value, "must not be greater than 100%");
            return null;
        }
        return number;
    }
}
