using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary><c>spec.behavior</c>: what is said there, filled up with the defaults; validation. Pure.</summary>
internal static class ScalingRules
{
    /// <summary>Seconds that a smaller number is looked back for, unless said otherwise.</summary>
    public const int DownStabilization = 300;
    private const int MaxStabilization = 3600;
    private const int MaxPeriod = 1800;

    public static V2HPAScalingRules Up(V2HorizontalPodAutoscaler item) => item.Spec.Behavior?.ScaleUp ?? FillUp(new());

    public static V2HPAScalingRules Down(V2HorizontalPodAutoscaler item) => item.Spec.Behavior?.ScaleDown ?? FillDown(new());

    public static void Default(V2HorizontalPodAutoscalerBehavior? behavior)
    {
        if (behavior is not null)
        {
            behavior.ScaleUp = FillUp(behavior.ScaleUp ?? new());
            behavior.ScaleDown = FillDown(behavior.ScaleDown ?? new());
        }
    }

    public static void Validate(V2HorizontalPodAutoscalerBehavior? behavior, FieldErrors errors)
    {
        foreach (var (field, rules) in new[] { ("spec.behavior.scaleUp", behavior?.ScaleUp), ("spec.behavior.scaleDown", behavior?.ScaleDown) })
        {
            if (rules is null)
            {
                continue;
            }
            if (rules.StabilizationWindowSeconds is < 0 or > MaxStabilization)
            {
                errors.Invalid($"{field}.stabilizationWindowSeconds", rules.StabilizationWindowSeconds, $"must be between 0 and {MaxStabilization}");
            }
            if (rules.SelectPolicy is not ("Max" or "Min" or "Disabled"))
            {
                errors.NotSupported($"{field}.selectPolicy", rules.SelectPolicy, "Disabled", "Max", "Min");
            }
            if (rules.Tolerance is { } tolerance && (!Quantity.TryParse(tolerance.ToString(), out var share) || share.IsNegative))
            {
                errors.Invalid($"{field}.tolerance", tolerance.ToString(), "must be greater than or equal to 0");
            }
            for (var i = 0; i < rules.Policies.Count; i++)
            {
                Policy($"{field}.policies[{i}]", rules.Policies[i], errors);
            }
        }
    }

    private static void Policy(string field, V2HPAScalingPolicy policy, FieldErrors errors)
    {
        if (policy.Type is not ("Pods" or "Percent"))
        {
            errors.NotSupported($"{field}.type", policy.Type, "Percent", "Pods");
        }
        if (policy.Value < 1)
        {
            errors.Invalid($"{field}.value", policy.Value, "must be greater than 0");
        }
        if (policy.PeriodSeconds is < 1 or > MaxPeriod)
        {
            errors.Invalid($"{field}.periodSeconds", policy.PeriodSeconds, $"must be between 1 and {MaxPeriod}");
        }
    }

    private static V2HPAScalingRules FillUp(V2HPAScalingRules rules)
    {
        rules.StabilizationWindowSeconds ??= 0;
        return Fill(rules, [new() { Type = "Pods", Value = 4, PeriodSeconds = 15 }, new() { Type = "Percent", Value = 100, PeriodSeconds = 15 }]);
    }

    private static V2HPAScalingRules FillDown(V2HPAScalingRules rules)
    {
        rules.StabilizationWindowSeconds ??= DownStabilization;
        return Fill(rules, [new() { Type = "Percent", Value = 100, PeriodSeconds = 15 }]);
    }

    private static V2HPAScalingRules Fill(V2HPAScalingRules rules, IList<V2HPAScalingPolicy> policies)
    {
        rules.SelectPolicy = string.IsNullOrEmpty(rules.SelectPolicy) ? "Max" : rules.SelectPolicy;
        rules.Policies = rules.Policies is { Count: > 0 } ? rules.Policies : policies;
        return rules;
    }
}
