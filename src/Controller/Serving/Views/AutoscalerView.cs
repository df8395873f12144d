using System.Text.Json;
using k8s.Models;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Views;

/// <summary>
/// HorizontalPodAutoscalers as <c>autoscaling/v1</c>, which knows one metric, the CPU's: all else is kept in annotations, as Kubernetes
/// documents it. Their values are the <c>autoscaling/v2</c> fields as JSON.
/// </summary>
internal sealed class AutoscalerView() : KindView<V1HorizontalPodAutoscaler, V2HorizontalPodAutoscaler>(
    Catalog.ForType<V2HorizontalPodAutoscaler>() with { Version = "v1", ClrType = typeof(V1HorizontalPodAutoscaler) })
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private const string Metrics = Prefix + "metrics";
    private const string Behavior = Prefix + "behavior";
    private const string Conditions = Prefix + "conditions";
    private const string CurrentMetrics = Prefix + "current-metrics";

    protected override V2HorizontalPodAutoscaler Store(V1HorizontalPodAutoscaler item, bool creating, FieldErrors errors)
    {
        var (spec, status) = (item.Spec ?? new(), item.Status);
        if (spec.TargetCPUUtilizationPercentage < 1)
        {
            errors.Invalid("spec.targetCPUUtilizationPercentage", spec.TargetCPUUtilizationPercentage, "must be greater than 0");
        }
        var metrics = new List<V2MetricSpec>();
        if (spec.TargetCPUUtilizationPercentage is { } percent)
        {
            metrics.Add(new() { Type = AutoscalerRules.Resource, Resource = new() { Name = "cpu", Target = new() { Type = "Utilization", AverageUtilization = percent } } });
        }
        metrics.AddRange(Take<List<V2MetricSpec>>(item, Metrics, errors) ?? []);
        var current = new List<V2MetricStatus>();
        if (status?.CurrentCPUUtilizationPercentage is { } used)
        {
            current.Add(new() { Type = AutoscalerRules.Resource, Resource = new() { Name = "cpu", Current = new() { AverageUtilization = used } } });
        }
        current.AddRange(Take<List<V2MetricStatus>>(item, CurrentMetrics, errors) ?? []);
        return new()
        {
            Spec = new()
            {
                ScaleTargetRef = spec.ScaleTargetRef is { } target ? new() { ApiVersion = target.ApiVersion, Kind = target.Kind, Name = target.Name } : null,
                MinReplicas = spec.MinReplicas,
                MaxReplicas = spec.MaxReplicas,
                Metrics = metrics,
                Behavior = Take<V2HorizontalPodAutoscalerBehavior>(item, Behavior, errors),
            },
            Status = new()
            {
                ObservedGeneration = status?.ObservedGeneration,
                LastScaleTime = status?.LastScaleTime,
                CurrentReplicas = status?.CurrentReplicas,
                DesiredReplicas = status?.DesiredReplicas ?? 0,
                CurrentMetrics = current.Count > 0 ? current : null,
                Conditions = Take<List<V2HorizontalPodAutoscalerCondition>>(item, Conditions, errors),
            },
        };
    }

    protected override V1HorizontalPodAutoscaler Serve(V2HorizontalPodAutoscaler item)
    {
        var (spec, status) = (item.Spec, item.Status);
        var cpu = spec.Metrics?.FirstOrDefault(metric => metric is { Type: AutoscalerRules.Resource, Resource: { Name: "cpu", Target.AverageUtilization: not null } });
        var used = status?.CurrentMetrics?.FirstOrDefault(metric => metric is { Type: AutoscalerRules.Resource, Resource: { Name: "cpu", Current.AverageUtilization: not null } });
        Keep(item, Metrics, spec.Metrics?.Where(metric => metric != cpu).ToList());
        Keep(item, Behavior, spec.Behavior);
        Keep(item, Conditions, status?.Conditions?.ToList());
        // The utilization alone has a field; its absolute value stays with the rest.
        Keep(item, CurrentMetrics, status?.CurrentMetrics?.Where(metric => metric != used || metric.Resource.Current.AverageValue is not null).ToList());
        return new()
        {
            Spec = new()
            {
                ScaleTargetRef = new() { ApiVersion = spec.ScaleTargetRef.ApiVersion, Kind = spec.ScaleTargetRef.Kind, Name = spec.ScaleTargetRef.Name },
                MinReplicas = spec.MinReplicas,
                MaxReplicas = spec.MaxReplicas,
                TargetCPUUtilizationPercentage = cpu?.Resource.Target.AverageUtilization,
            },
            Status = new()
            {
                ObservedGeneration = status?.ObservedGeneration,
                LastScaleTime = status?.LastScaleTime,
                CurrentReplicas = status?.CurrentReplicas ?? 0,
                DesiredReplicas = status?.DesiredReplicas ?? 0,
                CurrentCPUUtilizationPercentage = used?.Resource.Current.AverageUtilization,
            },
        };
    }

    private static void Keep<T>(V2HorizontalPodAutoscaler item, string annotation, T? value) where T : class
    {
        if (value is not (null or System.Collections.ICollection { Count: 0 }))
        {
            item.Metadata.Annotations ??= new Dictionary<string, string>();
            item.Metadata.Annotations[annotation] = JsonSerializer.Serialize(value, ModelJson.Options);
        }
    }

    private static T? Take<T>(V1HorizontalPodAutoscaler item, string annotation, FieldErrors errors) where T : class
    {
        if (item.Metadata.Annotations?.Remove(annotation, out var text) != true || text is null)
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<T>(text, ModelJson.Options);
        }
        catch (JsonException problem)
        {
            errors.Invalid($"metadata.annotations[{annotation}]", text, problem.Message);
            return null;
        }
    }
}
