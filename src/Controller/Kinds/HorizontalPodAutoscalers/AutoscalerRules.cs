using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Defaults and validation of autoscalers. Source: Kubernetes API reference, HorizontalPodAutoscaler autoscaling/v2.</summary>
internal sealed class AutoscalerRules : KindRules<V2HorizontalPodAutoscaler>
{
    public const string Resource = "Resource";
    public const string ContainerResource = "ContainerResource";
    public const string Pods = "Pods";
    public const string Object = "Object";
    public const string External = "External";
    private const int DefaultCpuPercent = 80;

    /// <summary>Agents measure it; any other metric is an adapter's.</summary>
    public static bool IsMeasured(V2MetricSpec metric) => metric.Type is Resource or ContainerResource;

    protected override void PrepareCreate(V2HorizontalPodAutoscaler item) => item.Status = new() { DesiredReplicas = 0 };

    protected override void Default(V2HorizontalPodAutoscaler item)
    {
        item.Spec ??= new V2HorizontalPodAutoscalerSpec();
        item.Spec.MinReplicas ??= 1;
        if (item.Spec.Metrics is not { Count: > 0 })
        {
            item.Spec.Metrics = [new() { Type = Resource, Resource = new() { Name = "cpu", Target = new() { Type = "Utilization", AverageUtilization = DefaultCpuPercent } } }];
        }
        ScalingRules.Default(item.Spec.Behavior);
    }

    protected override void Validate(V2HorizontalPodAutoscaler item, FieldErrors errors)
    {
        var spec = item.Spec;
        Target(spec.ScaleTargetRef, errors);
        if (spec.MinReplicas < 1)
        {
            errors.Invalid("spec.minReplicas", spec.MinReplicas, "must be greater than or equal to 1");
        }
        if (spec.MaxReplicas < 1)
        {
            errors.Invalid("spec.maxReplicas", spec.MaxReplicas, "must be greater than 0");
        }
        else if (spec.MaxReplicas < spec.MinReplicas)
        {
            errors.Invalid("spec.maxReplicas", spec.MaxReplicas, "must be greater than or equal to `minReplicas`");
        }
        for (var i = 0; i < spec.Metrics.Count; i++)
        {
            if (spec.Metrics[i].Type is Pods or Object or External)
            {
                AdaptedMetricRules.Validate($"spec.metrics[{i}]", spec.Metrics[i], errors);
            }
            else
            {
                Metric($"spec.metrics[{i}]", spec.Metrics[i], errors);
            }
        }
        ScalingRules.Validate(spec.Behavior, errors);
    }

    private static void Target(V2CrossVersionObjectReference? target, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(target?.Kind))
        {
            errors.Required("spec.scaleTargetRef.kind");
        }
        if (string.IsNullOrEmpty(target?.Name))
        {
            errors.Required("spec.scaleTargetRef.name");
        }
    }

    private static void Metric(string field, V2MetricSpec metric, FieldErrors errors)
    {
        if (metric.Type is not (Resource or ContainerResource))
        {
            errors.NotSupported($"{field}.type", metric.Type, ContainerResource, External, Object, Pods, Resource);
            return;
        }
        var (at, name, target) = metric.Type == Resource
            ? ($"{field}.resource", metric.Resource?.Name, metric.Resource?.Target)
            : ($"{field}.containerResource", metric.ContainerResource?.Name, metric.ContainerResource?.Target);
        if ((metric.Type == Resource && metric.Resource is null) || (metric.Type == ContainerResource && metric.ContainerResource is null))
        {
            errors.Required(at, "must populate information for the given metric source");
            return;
        }
        if (name is not ("cpu" or "memory"))
        {
            errors.NotSupported($"{at}.name", name, "cpu", "memory");
        }
        if (metric.Type == ContainerResource && string.IsNullOrEmpty(metric.ContainerResource!.Container)) // Checked above.
        {
            errors.Required($"{at}.container");
        }
        MetricTarget($"{at}.target", target, errors);
    }

    private static void MetricTarget(string field, V2MetricTarget? target, FieldErrors errors)
    {
        if (target is null)
        {
            errors.Required(field);
            return;
        }
        if (target.Type is not ("Utilization" or "AverageValue"))
        {
            errors.NotSupported($"{field}.type", target.Type, "AverageValue", "Utilization");
        }
        if (target.Type == "Utilization" ? target.AverageUtilization is null : target.Type == "AverageValue" && target.AverageValue is null)
        {
            errors.Required(target.Type == "Utilization" ? $"{field}.averageUtilization" : $"{field}.averageValue", "must be set for the target's type");
        }
        if (target.AverageUtilization is not null && target.AverageValue is not null)
        {
            errors.Forbidden($"{field}.averageValue", "may not set both a target raw value and a target utilization");
        }
        if (target.AverageUtilization < 1)
        {
            errors.Invalid($"{field}.averageUtilization", target.AverageUtilization, "must be greater than 0");
        }
        if (target.AverageValue is { } value && (!Quantity.TryParse(value.ToString(), out var amount) || amount <= Quantity.Zero))
        {
            errors.Invalid($"{field}.averageValue", value.ToString(), "must be positive");
        }
    }
}
