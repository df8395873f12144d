using k8s.Models;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <param name="Replicas">What is done.</param>
/// <param name="Limit">Why it is not what was wanted: TooManyReplicas, TooFewReplicas, ScaleUpLimit, ScaleDownLimit; null when it is.</param>
/// <param name="Stabilized">ScaleUpStabilized or ScaleDownStabilized when an earlier wish holds it; null when none does.</param>
internal readonly record struct PacedReplicas(int Replicas, string? Limit, string? Stabilized);

/// <summary>How fast a wish is followed: bounds, stabilization windows, policies. Pure but for the history that it is given.</summary>
internal static class ScalingPace
{
    public static PacedReplicas Pace(V2HorizontalPodAutoscaler item, int current, int wanted, ScalingHistory history, DateTimeOffset now)
    {
        var (up, down) = (ScalingRules.Up(item), ScalingRules.Down(item));
        var stable = Stabilize(current, wanted, history, up.StabilizationWindowSeconds ?? 0, down.StabilizationWindowSeconds ?? ScalingRules.DownStabilization, now);
        var stabilized = stable == wanted ? null : stable > wanted ? "ScaleDownStabilized" : "ScaleUpStabilized";
        var (least, most) = (item.Spec.MinReplicas ?? 1, item.Spec.MaxReplicas);
        if (stable > current)
        {
            var limit = Math.Max(current, Up(current, up, history, now));
            return new(Math.Min(stable, Math.Min(limit, most)), stable <= Math.Min(limit, most) ? null : limit < most ? "ScaleUpLimit" : "TooManyReplicas", stabilized);
        }
        if (stable < current)
        {
            var limit = Math.Min(current, Down(current, down, history, now));
            return new(Math.Max(stable, Math.Max(limit, least)), stable >= Math.Max(limit, least) ? null : limit > least ? "ScaleDownLimit" : "TooFewReplicas", stabilized);
        }
        return new(current, wanted > most ? "TooManyReplicas" : wanted < least ? "TooFewReplicas" : null, stabilized);
    }

    /// <summary>Up to the least, down to the most that was wanted within the window.</summary>
    private static int Stabilize(int current, int wanted, ScalingHistory history, int upSeconds, int downSeconds, DateTimeOffset now)
    {
        var floor = history.Wanted(upSeconds, now).Append(wanted).Min();
        var ceiling = history.Wanted(downSeconds, now).Append(wanted).Max();
        history.Want(wanted, now);
        return current < floor ? floor : current > ceiling ? ceiling : current;
    }

    private static int Up(int current, V2HPAScalingRules rules, ScalingHistory history, DateTimeOffset now) => Select(rules, current, policy =>
    {
        var before = history.Before(current, policy.PeriodSeconds, now);
        return policy.Type == "Pods" ? (long)before + policy.Value : (long)Math.Ceiling(before * (1 + (policy.Value / 100.0)));
    }, largest: rules.SelectPolicy == "Max");

    private static int Down(int current, V2HPAScalingRules rules, ScalingHistory history, DateTimeOffset now) => Select(rules, current, policy =>
    {
        var before = history.Before(current, policy.PeriodSeconds, now);
        return policy.Type == "Pods" ? (long)before - policy.Value : (long)Math.Floor(before * (1 - (policy.Value / 100.0)));
    }, largest: rules.SelectPolicy == "Min");

    private static int Select(V2HPAScalingRules rules, int current, Func<V2HPAScalingPolicy, long> limit, bool largest)
    {
        if (rules.SelectPolicy == "Disabled")
        {
            return current;
        }
        var limits = rules.Policies.Select(limit);
        return (int)Math.Clamp(largest ? limits.Max() : limits.Min(), 0, int.MaxValue);
    }
}
