using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PodDisruptionBudgets;

internal sealed class DisruptionBudgetRules : KindRules<V1PodDisruptionBudget>
{
    public const string AlwaysAllow = "AlwaysAllow";
    public const string IfHealthyBudget = "IfHealthyBudget";

    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1PodDisruptionBudget item) =>
        item.Status = new V1PodDisruptionBudgetStatus { CurrentHealthy = 0, DesiredHealthy = 0, DisruptionsAllowed = 0, ExpectedPods = 0 };

    protected override void Default(V1PodDisruptionBudget item) => item.Spec ??= new V1PodDisruptionBudgetSpec();

    protected override void Validate(V1PodDisruptionBudget item, FieldErrors errors)
    {
        var spec = item.Spec;
        if (spec.MinAvailable is not null && spec.MaxUnavailable is not null)
        {
            errors.Invalid("spec", "", "minAvailable and maxUnavailable cannot be both set");
        }
        Share("spec.minAvailable", spec.MinAvailable, errors);
        Share("spec.maxUnavailable", spec.MaxUnavailable, errors);
        try
        {
            _ = LabelSelector.From(spec.Selector);
        }
        catch (FormatException problem)
        {
            errors.Invalid("spec.selector", "", problem.Message);
        }
        MetadataRules.Labels("spec.selector.matchLabels", spec.Selector?.MatchLabels, errors);
        if (spec.UnhealthyPodEvictionPolicy is { } policy and not (AlwaysAllow or IfHealthyBudget))
        {
            errors.NotSupported("spec.unhealthyPodEvictionPolicy", policy, AlwaysAllow, IfHealthyBudget);
        }
    }

    private static void Share(string field, IntOrString? value, FieldErrors errors)
    {
        if (value is null)
        {
            return;
        }
        if (!PodShare.TryParse(value, out var number, out var percent))
        {
            errors.Invalid(field, value.Value, "must be a number of at least 0, or a percentage such as '25%'");
        }
        else if (percent && number > 100)
        {
            errors.Invalid(field, value.Value, "must not be greater than 100%");
        }
    }
}
