using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PodDisruptionBudgets;

/// <summary>How many pods of a budget may be evicted now. Pure. Source: Kubernetes documentation, "Specifying a Disruption Budget".</summary>
internal static class DisruptionPlanner
{
    /// <summary>How long an eviction that was granted counts although its pod is not seen being deleted. Source: Kubernetes, DeletionTimeout.</summary>
    public static readonly TimeSpan GrantLasts = TimeSpan.FromMinutes(2);

    /// <param name="budget">The budget.</param>
    /// <param name="pods">The pods that it covers.</param>
    /// <param name="scale">Replicas that the pods' controllers want in all; null when one of them cannot be told.</param>
    /// <param name="now">Time.</param>
    public static (V1PodDisruptionBudgetStatus Status, TimeSpan? NextLook) Plan(V1PodDisruptionBudget budget, IReadOnlyCollection<V1Pod> pods, int? scale, DateTime now)
    {
        var spec = budget.Spec;
        // Pods that have ended serve nobody and come back under another name, or not at all.
        var living = pods.Where(pod => pod.Status?.Phase is not ("Succeeded" or "Failed")).ToArray();
        var granted = Granted(budget, living, now);
        var current = living.Count(pod => PodState.IsActive(pod) && PodState.IsReady(pod) && !granted.ContainsKey(pod.Metadata.Name));
        var byCount = spec.MinAvailable is { } fixedNumber && !fixedNumber.Value.EndsWith('%');
        var expected = byCount ? living.Length : scale ?? 0;
        var desired = byCount ? PodShare.Of(spec.MinAvailable, expected, roundUp: true)
            : spec.MinAvailable is { } least ? PodShare.Of(least, expected, roundUp: true)
            : spec.MaxUnavailable is { } most ? Math.Max(0, expected - PodShare.Of(most, expected, roundUp: true))
            : 0;
        var known = byCount || scale is not null;
        var allowed = known && expected > 0 ? Math.Max(0, current - desired) : 0;
        var status = new V1PodDisruptionBudgetStatus
        {
            CurrentHealthy = current,
            DesiredHealthy = desired,
            ExpectedPods = expected,
            DisruptionsAllowed = allowed,
            DisruptedPods = granted.Count > 0 ? granted : null,
            ObservedGeneration = budget.Metadata.Generation,
            Conditions = Conditions(budget, known, allowed, now),
        };
        TimeSpan? next = granted.Count > 0 ? granted.Values.Min(time => time!.Value.ToUniversalTime()) + GrantLasts - now : null; // Granted has no empty times.
        return (status, next);
    }

    /// <summary>Evictions that were granted and don't show yet.</summary>
    private static Dictionary<string, DateTime?> Granted(V1PodDisruptionBudget budget, V1Pod[] pods, DateTime now)
    {
        var waiting = pods.Where(pod => pod.Metadata.DeletionTimestamp is null).Select(pod => pod.Metadata.Name).ToHashSet();
        return (budget.Status?.DisruptedPods ?? new Dictionary<string, DateTime?>())
            .Where(item => waiting.Contains(item.Key) && item.Value is { } time && time.ToUniversalTime() + GrantLasts > now).ToDictionary(item => item.Key, item => item.Value);
    }

    private static List<V1Condition> Conditions(V1PodDisruptionBudget budget, bool known, int allowed, DateTime now)
    {
        var (value, reason, message) = !known ? ("False", "SyncFailed", "found no controller that says how many pods there should be")
            : allowed > 0 ? ("True", "SufficientPods", "") : ("False", "InsufficientPods", "");
        var old = budget.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "DisruptionAllowed");
        return
        [
            .. (budget.Status?.Conditions ?? []).Where(condition => condition.Type != "DisruptionAllowed"),
            new V1Condition
            {
                Type = "DisruptionAllowed", Status = value, Reason = reason, Message = message, ObservedGeneration = budget.Metadata.Generation,
                LastTransitionTime = old?.Status == value ? old.LastTransitionTime : Timestamp.ToSeconds(new DateTimeOffset(now, TimeSpan.Zero)),
            },
        ];
    }
}
