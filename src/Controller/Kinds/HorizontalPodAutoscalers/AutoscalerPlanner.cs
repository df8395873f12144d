using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>From what the pods use to what is done, and to what the status says of it. Pure but for the history that it is given.</summary>
internal static class AutoscalerPlanner
{
    /// <param name="outside">What an adapter told, for every metric that agents do not measure.</param>
    public static AutoscalerPlan Plan(
        V2HorizontalPodAutoscaler item, int current, IReadOnlyCollection<V1Pod> pods, ILookup<string, ContainerUsageReport> usage,
        IReadOnlyDictionary<V2MetricSpec, OutsideMetric> outside, ScalingHistory history, DateTimeOffset now)
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
        var (wanted, why, problem, metrics) = Measure(item, current, pods, usage, outside, now);
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
        V2HorizontalPodAutoscaler item, int current, IReadOnlyCollection<V1Pod> pods, ILookup<string, ContainerUsageReport> usage,
        IReadOnlyDictionary<V2MetricSpec, OutsideMetric> outside, DateTimeOffset now)
    {
        var (wanted, why) = (0, "");
        (string Reason, string Message)? problem = null;
        var metrics = new List<V2MetricStatus>();
        foreach (var metric in item.Spec.Metrics)
        {
            var outcome = AutoscalerRules.IsMeasured(metric)
                ? ResourceMetric.Evaluate(metric, current, pods, usage, Tolerance.Of(item), now)
                : AdaptedMetric.Evaluate(metric, current, pods, outside[metric], Tolerance.Of(item));
            if (outcome.Problem is { } failed)
            {
                problem ??= failed;
                continue;
            }
            metrics.Add(outcome.Status!); // There is one without a problem.
            if (outcome.Replicas > wanted)
            {
                (wanted, why) = (outcome.Replicas, outcome.Why);
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
}
