using System.Globalization;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Metrics that agents measure: types Resource and ContainerResource. Pure.</summary>
internal static class ResourceMetric
{
    public static MetricOutcome Evaluate(
        V2MetricSpec metric, int current, IReadOnlyCollection<V1Pod> pods, ILookup<string, ContainerUsageReport> usage, Tolerance tolerance, DateTimeOffset now)
    {
        var isContainer = metric.Type == AutoscalerRules.ContainerResource;
        var (resource, target) = isContainer ? (metric.ContainerResource.Name, metric.ContainerResource.Target) : (metric.Resource.Name, metric.Resource.Target);
        var failure = isContainer ? "FailedGetContainerResourceMetric" : "FailedGetResourceMetric";
        try
        {
            var isShare = target.Type == "Utilization";
            return ReplicaCalculator.Propose(current, MetricReader.Read(metric, pods, usage, now.UtcDateTime),
                isShare ? target.AverageUtilization ?? 0 : Amount(resource, target.AverageValue), isShare, tolerance.Up, tolerance.Down) is { } found
                ? new(found.Replicas, $"{resource} {(isContainer ? "container resource" : "resource")} {(isShare ? "utilization (percentage of request)" : "value")}",
                    Status(metric, isShare, found.Value), null)
                : MetricOutcome.Failed(failure, $"did not receive metrics for targeted pods (pods might be unready): {resource}");
        }
        catch (MetricException missing)
        {
            return MetricOutcome.Failed(failure, $"failed to get {resource} utilization: {missing.Message}");
        }
    }

    private static V2MetricStatus Status(V2MetricSpec metric, bool isShare, double value)
    {
        var resource = metric.Resource?.Name ?? metric.ContainerResource.Name;
        var current = isShare
            ? new V2MetricValueStatus { AverageUtilization = (int)Math.Min(int.MaxValue, value) }
            : new V2MetricValueStatus { AverageValue = new ResourceQuantity(Text(resource, value)) };
        return metric.Type == AutoscalerRules.ContainerResource
            ? new() { Type = metric.Type, ContainerResource = new() { Name = resource, Container = metric.ContainerResource.Container, Current = current } }
            : new() { Type = metric.Type, Resource = new() { Name = resource, Current = current } };
    }

    private static string Text(string resource, double value) => resource == "cpu"
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(value / 1e6):0}m") : string.Create(CultureInfo.InvariantCulture, $"{value:0}");

    /// <summary>In nanocores or bytes.</summary>
    private static double Amount(string resource, ResourceQuantity? value)
    {
        var quantity = Quantity.Parse(value?.ToString() ?? "0");
        return resource == "cpu" ? quantity.ToMilliCeiling() * 1e6 : quantity.ToInt64Ceiling();
    }
}
