using System.Globalization;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Metrics that an adapter tells: types Pods, Object and External. Pure. Amounts are thousandths of the metric's unit.</summary>
internal static class AdaptedMetric
{
    public static MetricOutcome Evaluate(V2MetricSpec metric, int current, IReadOnlyCollection<V1Pod> pods, OutsideMetric told, Tolerance tolerance) =>
        told.Problem is { } problem ? MetricOutcome.Failed($"FailedGet{metric.Type}Metric", $"unable to get metric {Name(metric)}: {problem}")
        : metric.Type == AutoscalerRules.Pods ? OfPods(metric, current, pods, told, tolerance)
        : OfTotal(metric, current, pods.Count(pod => pod.Status?.Phase == "Running" && PodState.IsReady(pod)), told.Total, tolerance);

    private static MetricOutcome OfPods(V2MetricSpec metric, int current, IReadOnlyCollection<V1Pod> pods, OutsideMetric told, Tolerance tolerance)
    {
        PodMeasure[] measures =
        [
            .. pods.Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is not ("Failed" or "Succeeded")).Select(pod =>
                pod.Status?.Phase is null or "Pending" ? new PodMeasure(PodStanding.Unready, 0, 0)
                : told.ByPod.TryGetValue(pod.Metadata.Name, out var value) ? new(PodStanding.Measured, value, 0)
                : new(PodStanding.Missing, 0, 0)),
        ];
        return ReplicaCalculator.Propose(current, measures, Milli(metric.Pods.Target.AverageValue), isShare: false, tolerance.Up, tolerance.Down) is { } found
            ? new(found.Replicas, $"pods metric {Name(metric)}",
                new() { Type = metric.Type, Pods = new() { Metric = metric.Pods.Metric, Current = new() { AverageValue = Amount(found.Value) } } }, null)
            : MetricOutcome.Failed("FailedGetPodsMetric", $"unable to get metric {Name(metric)}: no metrics returned from custom metrics API");
    }

    private static MetricOutcome OfTotal(V2MetricSpec metric, int current, int ready, double total, Tolerance tolerance)
    {
        var target = metric.ObjectProperty?.Target ?? metric.External.Target;
        var isAverage = target.Type == "AverageValue";
        var replicas = isAverage
            ? ReplicaCalculator.ProposeShared(current, total, Milli(target.AverageValue), tolerance.Up, tolerance.Down)
            : ReplicaCalculator.ProposeRatio(current, ready, total / Milli(target.Value), tolerance.Up, tolerance.Down);
        var value = isAverage ? new V2MetricValueStatus { AverageValue = Amount(total / current) } : new V2MetricValueStatus { Value = Amount(total) };
        return metric.ObjectProperty is { } described
            ? new(replicas, $"{described.DescribedObject.Kind} metric {Name(metric)}",
                new() { Type = metric.Type, ObjectProperty = new() { Metric = described.Metric, DescribedObject = described.DescribedObject, Current = value } }, null)
            : new(replicas, $"external metric {Name(metric)}", new() { Type = metric.Type, External = new() { Metric = metric.External.Metric, Current = value } }, null);
    }

    private static string Name(V2MetricSpec metric) => (metric.Pods?.Metric ?? metric.ObjectProperty?.Metric ?? metric.External.Metric).Name;

    private static double Milli(ResourceQuantity? quantity) => Quantity.Parse(quantity?.ToString() ?? "0").ToMilliCeiling();

    private static ResourceQuantity Amount(double milli)
    {
        var whole = (long)Math.Clamp(Math.Ceiling(milli), long.MinValue, long.MaxValue);
        return new(whole % 1000 == 0 ? (whole / 1000).ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{whole}m"));
    }
}
