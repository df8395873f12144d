using System.Globalization;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>From what the pods use to what is done, and to what the status says of it. Pure but for the history that it is given.</summary>
internal static class AutoscalerPlanner
{
    public static AutoscalerPlan Plan(V2HorizontalPodAutoscaler item, int current, IReadOnlyCollection<V1Pod> pods, ILookup<string, ContainerUsageReport> usage, ScalingHistory history, DateTimeOffset now)
    {
        var conditions = new AutoscalerConditions(item.Status?.Conditions, now);
        conditions.Set("AbleToScale", true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        if (current == 0)
        {
            conditions.Set("ScalingActive", false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            return new(null, "", null, Status(item, current, 0, null, conditions, now, scaled: false));
        }
        var (least, most) = (item.Spec.MinReplicas ?? 1, item.Spec.MaxReplicas);
        if (current > most || current < least)
        {
            // The bounds hold whatever is measured.
            var bound = current > most ? most : least;
            conditions.Set("AbleToScale", true, "SucceededRescale", $"the HPA controller was able to update the target scale to {bound}");
            history.Change(bound - current, now);
            return new(bound, current > most ? "Current number of replicas above Spec.MaxReplicas" : "Current number of replicas below Spec.MinReplicas", null,
                Status(item, current, bound, item.Status?.CurrentMetrics, conditions, now, scaled: true));
        }
        var (wanted, why, problem, metrics) = Measure(item, current, pods, usage, now);
        if (problem is { } failed)
        {
            conditions.Set("ScalingActive", false, failed.Reason, $"the HPA was unable to compute the replica count: {failed.Message}");
            return new(null, "", problem, Status(item, current, current, metrics, conditions, now, scaled: false));
        }
        conditions.Set("ScalingActive", true, "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {why}");
        var paced = ScalingPace.Pace(item, current, wanted, history, now);
        Tell(conditions, current, paced);
        if (paced.Replicas != current)
        {
            history.Change(paced.Replicas - current, now);
        }
        return new(paced.Replicas == current ? null : paced.Replicas, paced.Replicas > current ? $"{why} above target" : "All metrics below target", null,
            Status(item, current, paced.Replicas, metrics, conditions, now, paced.Replicas != current));
    }

    /// <summary>The largest wish of all metrics. One that can't be had forbids to shrink, not to grow.</summary>
    private static (int Wanted, string Why, (string Reason, string Message)? Problem, List<V2MetricStatus> Metrics) Measure(
        V2HorizontalPodAutoscaler item, int current, IReadOnlyCollection<V1Pod> pods, ILookup<string, ContainerUsageReport> usage, DateTimeOffset now)
    {
        var (wanted, why) = (0, "");
        (string Reason, string Message)? problem = null;
        var metrics = new List<V2MetricStatus>();
        foreach (var metric in item.Spec.Metrics)
        {
            var isContainer = metric.Type == AutoscalerRules.ContainerResource;
            var (resource, target) = isContainer ? (metric.ContainerResource.Name, metric.ContainerResource.Target) : (metric.Resource.Name, metric.Resource.Target);
            var failure = isContainer ? "FailedGetContainerResourceMetric" : "FailedGetResourceMetric";
            try
            {
                var isShare = target.Type == "Utilization";
                var proposal = ReplicaCalculator.Propose(current, MetricReader.Read(metric, pods, usage, now.UtcDateTime),
                    isShare ? target.AverageUtilization ?? 0 : Amount(resource, target.AverageValue), isShare,
                    Tolerance(item.Spec.Behavior?.ScaleUp), Tolerance(item.Spec.Behavior?.ScaleDown));
                if (proposal is not { } found)
                {
                    problem ??= (failure, $"did not receive metrics for targeted pods (pods might be unready): {resource}");
                    continue;
                }
                metrics.Add(MetricStatus(metric, isShare, found.Value));
                if (found.Replicas > wanted)
                {
                    (wanted, why) = (found.Replicas, $"{resource} {(isContainer ? "container resource" : "resource")} {(isShare ? "utilization (percentage of request)" : "value")}");
                }
            }
            catch (MetricException missing)
            {
                problem ??= (failure, $"failed to get {resource} utilization: {missing.Message}");
            }
        }
        return problem is not null && wanted <= current ? (current, why, problem, metrics) : (wanted, why, null, metrics);
    }

    private static void Tell(AutoscalerConditions conditions, int current, PacedReplicas paced)
    {
        if (paced.Replicas != current)
        {
            conditions.Set("AbleToScale", true, "SucceededRescale", $"the HPA controller was able to update the target scale to {paced.Replicas}");
        }
        else if (paced.Stabilized is { } held)
        {
            conditions.Set("AbleToScale", true, held, held == "ScaleDownStabilized"
                ? "recent recommendations were higher than current one, applying the highest recent recommendation"
                : "recent recommendations were lower than current one, applying the lowest recent recommendation");
        }
        else
        {
            conditions.Set("AbleToScale", true, "ReadyForNewScale", "recommended size matches current size");
        }
        conditions.Set("ScalingLimited", paced.Limit is not null, paced.Limit ?? "DesiredWithinRange", paced.Limit switch
        {
            "TooManyReplicas" => "the desired replica count is more than the maximum replica count",
            "TooFewReplicas" => "the desired replica count is less than the minimum replica count",
            "ScaleUpLimit" => "the desired replica count is increasing faster than the maximum scale rate",
            "ScaleDownLimit" => "the desired replica count is decreasing faster than the maximum scale rate",
            _ => "the desired count is within the acceptable range",
        });
    }

    private static V2HorizontalPodAutoscalerStatus Status(
        V2HorizontalPodAutoscaler item, int current, int desired, IList<V2MetricStatus>? metrics, AutoscalerConditions conditions, DateTimeOffset now, bool scaled) => new()
    {
        ObservedGeneration = item.Metadata.Generation,
        LastScaleTime = scaled ? Timestamp.ToSeconds(now) : item.Status?.LastScaleTime,
        CurrentReplicas = current,
        DesiredReplicas = desired,
        CurrentMetrics = metrics is { Count: > 0 } ? metrics : null,
        Conditions = conditions.All,
    };

    private static V2MetricStatus MetricStatus(V2MetricSpec metric, bool isShare, double value)
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

    private static double Tolerance(V2HPAScalingRules? rules) =>
        rules?.Tolerance is { } tolerance ? Quantity.Parse(tolerance.ToString()).ToMilliCeiling() / 1000.0 : ReplicaCalculator.Tolerance;
}
