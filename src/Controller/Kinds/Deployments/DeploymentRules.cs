using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Deployments;

internal sealed class DeploymentRules : KindRules<V1Deployment>
{
    public const string RollingUpdate = "RollingUpdate";
    public const string Recreate = "Recreate";
    private const string DefaultShare = "25%";

    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1Deployment item) => item.Status = new V1DeploymentStatus();

    protected override void Default(V1Deployment item)
    {
        item.Spec ??= new V1DeploymentSpec();
        var spec = item.Spec;
        spec.Replicas ??= 1;
        spec.RevisionHistoryLimit ??= 10;
        spec.ProgressDeadlineSeconds ??= 600;
        spec.Strategy ??= new V1DeploymentStrategy();
        spec.Strategy.Type = string.IsNullOrEmpty(spec.Strategy.Type) ? RollingUpdate : spec.Strategy.Type;
        if (spec.Strategy.Type == RollingUpdate)
        {
            spec.Strategy.RollingUpdate ??= new V1RollingUpdateDeployment();
            spec.Strategy.RollingUpdate.MaxUnavailable ??= DefaultShare;
            spec.Strategy.RollingUpdate.MaxSurge ??= DefaultShare;
        }
        PodTemplateRules.Default(spec.Template);
    }

    protected override void Validate(V1Deployment item, FieldErrors errors)
    {
        var spec = item.Spec;
        errors.NotNegative("spec.replicas", spec.Replicas);
        errors.NotNegative("spec.minReadySeconds", spec.MinReadySeconds);
        errors.NotNegative("spec.revisionHistoryLimit", spec.RevisionHistoryLimit);
        errors.NotNegative("spec.progressDeadlineSeconds", spec.ProgressDeadlineSeconds);
        if (spec.ProgressDeadlineSeconds <= (spec.MinReadySeconds ?? 0))
        {
            errors.Invalid("spec.progressDeadlineSeconds", spec.ProgressDeadlineSeconds, "must be greater than minReadySeconds");
        }
        Strategy(spec.Strategy, errors);
        PodTemplateRules.Validate(spec.Template, spec.Selector, errors);
    }

    protected override void ValidateUpdate(V1Deployment item, V1Deployment old, FieldErrors errors) =>
        PodTemplateRules.SelectorIsImmutable(item.Spec.Selector, old.Spec.Selector, errors);

    private static void Strategy(V1DeploymentStrategy strategy, FieldErrors errors)
    {
        if (strategy.Type == Recreate)
        {
            if (strategy.RollingUpdate is not null)
            {
                errors.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
            }
            return;
        }
        if (strategy.Type != RollingUpdate)
        {
            errors.NotSupported("spec.strategy.type", strategy.Type, Recreate, RollingUpdate);
            return;
        }
        var unavailable = Share("spec.strategy.rollingUpdate.maxUnavailable", strategy.RollingUpdate.MaxUnavailable, errors);
        var surge = Share("spec.strategy.rollingUpdate.maxSurge", strategy.RollingUpdate.MaxSurge, errors);
        if (unavailable == 0 && surge == 0)
        {
            errors.Invalid("spec.strategy.rollingUpdate.maxUnavailable", strategy.RollingUpdate.MaxUnavailable.Value, "may not be 0 when `maxSurge` is 0");
        }
        if (unavailable > 100 && strategy.RollingUpdate.MaxUnavailable.Value.EndsWith('%'))
        {
            errors.Invalid("spec.strategy.rollingUpdate.maxUnavailable", strategy.RollingUpdate.MaxUnavailable.Value, "must not be greater than 100%");
        }
    }

    private static int? Share(string field, IntOrString value, FieldErrors errors)
    {
        var percent = value.Value.EndsWith('%');
        if (int.TryParse(percent ? value.Value[..^1] : value.Value, System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0)
        {
            return number;
        }
        errors.Invalid(field, value.Value, "must be a number of at least 0, or a percentage such as '25%'");
        return null;
    }
}
