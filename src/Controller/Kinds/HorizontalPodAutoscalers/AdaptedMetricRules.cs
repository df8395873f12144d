using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Validation of metrics of the types Pods, Object and External. Source: Kubernetes API reference, MetricSpec autoscaling/v2.</summary>
internal static class AdaptedMetricRules
{
    private const string Missing = "must populate information for the given metric source";

    public static void Validate(string field, V2MetricSpec metric, FieldErrors errors)
    {
        switch (metric.Type)
        {
            case AutoscalerRules.Pods when metric.Pods is { } source:
                Metric($"{field}.pods.metric", source.Metric, errors);
                if (Target($"{field}.pods.target", source.Target, errors) && source.Target.AverageValue is null)
                {
                    errors.Required($"{field}.pods.target.averageValue", "must specify a positive target averageValue");
                }
                break;
            case AutoscalerRules.Object when metric.ObjectProperty is { } source:
                Described($"{field}.object.describedObject", source.DescribedObject, errors);
                Metric($"{field}.object.metric", source.Metric, errors);
                TotalTarget($"{field}.object.target", source.Target, errors);
                break;
            case AutoscalerRules.External when metric.External is { } source:
                Metric($"{field}.external.metric", source.Metric, errors);
                TotalTarget($"{field}.external.target", source.Target, errors);
                break;
            default:
                errors.Required($"{field}.{metric.Type.ToLowerInvariant()}", Missing);
                break;
        }
    }

    private static void Described(string field, V2CrossVersionObjectReference? described, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(described?.Kind))
        {
            errors.Required($"{field}.kind");
        }
        if (string.IsNullOrEmpty(described?.Name))
        {
            errors.Required($"{field}.name");
        }
    }

    private static void Metric(string field, V2MetricIdentifier? metric, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(metric?.Name))
        {
            errors.Required($"{field}.name", "must specify a metric name");
        }
        else if (metric.Name is "." or ".." || metric.Name.AsSpan().ContainsAny('/', '%'))
        {
            errors.Invalid($"{field}.name", metric.Name, "may not be '.' or '..' and may not contain '/' or '%'");
        }
        try
        {
            LabelSelector.From(metric?.Selector);
        }
        catch (FormatException problem)
        {
            errors.Invalid($"{field}.selector", "", problem.Message);
        }
    }

    private static void TotalTarget(string field, V2MetricTarget? target, FieldErrors errors)
    {
        if (!Target(field, target, errors) || target is null)
        {
            return;
        }
        if (target.Value is null && target.AverageValue is null)
        {
            errors.Required($"{field}.averageValue", "must set either a target value for metric or a per-pod target");
        }
        else if (target.Value is not null && target.AverageValue is not null)
        {
            errors.Forbidden($"{field}.value", "may not set both a target value for metric and a per-pod target");
        }
        else if (target.Type == "Value" ? target.Value is null : target.AverageValue is null)
        {
            errors.Required(target.Type == "Value" ? $"{field}.value" : $"{field}.averageValue", "must be set for the target's type");
        }
    }

    /// <returns>Whether there is one of a known type.</returns>
    private static bool Target(string field, V2MetricTarget? target, FieldErrors errors)
    {
        if (target is null)
        {
            errors.Required(field);
            return false;
        }
        if (target.Type is not ("Value" or "AverageValue"))
        {
            errors.NotSupported($"{field}.type", target.Type, "AverageValue", "Value");
            return false;
        }
        Positive($"{field}.value", target.Value, errors);
        Positive($"{field}.averageValue", target.AverageValue, errors);
        return true;
    }

    private static void Positive(string field, ResourceQuantity? value, FieldErrors errors)
    {
        if (value is not null && (!Quantity.TryParse(value.ToString(), out var amount) || amount <= Quantity.Zero))
        {
            errors.Invalid(field, value.ToString(), "must be positive");
        }
    }
}
