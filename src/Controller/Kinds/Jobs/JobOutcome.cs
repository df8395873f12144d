using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Whether a Job has reached its end, and why. Pure.</summary>
/// <param name="Success">Else it fails.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">A sentence.</param>
internal sealed record JobOutcome(bool Success, string Reason, string Message)
{
    public static JobOutcome? Of(V1Job job, JobTally tally, IReadOnlyCollection<V1Pod> pods, DateTime? started, DateTime now)
    {
        var spec = job.Spec;
        if (tally.FailJob is { } message)
        {
            return new(false, "PodFailurePolicy", message);
        }
        if (tally.AllFailed > (spec.BackoffLimit ?? int.MaxValue) || RestartedTooOften(spec, pods))
        {
            return new(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        if (spec.ActiveDeadlineSeconds is { } deadline && spec.Suspend != true && started is { } start && start.ToUniversalTime() + TimeSpan.FromSeconds(deadline) <= now)
        {
            return new(false, "DeadlineExceeded", "Job was active longer than specified deadline");
        }
        if (tally.PerIndex && spec.MaxFailedIndexes is { } most && tally.FailedIndexes.Count > most)
        {
            return new(false, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }
        if (tally.PerIndex && tally.FailedIndexes.Count > 0 && tally.FailedIndexes.Count + tally.Completed.Count >= tally.Indexes)
        {
            return new(false, "FailedIndexes", "Job has failed indexes");
        }
        if (BySuccessPolicy(spec.SuccessPolicy, tally) is { } rule)
        {
            return new(true, "SuccessPolicy", $"Matched rules at index {rule}");
        }
        var complete = spec.Completions is { } completions
            ? tally.AllSucceeded >= completions
            : tally.AllSucceeded > 0 && !pods.Any(JobPods.IsActive);
        return complete ? new(true, "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    /// <summary>Pods that restart their containers themselves count by their restarts.</summary>
    private static bool RestartedTooOften(V1JobSpec spec, IEnumerable<V1Pod> pods)
    {
        if (spec.Template.Spec?.RestartPolicy != "OnFailure" || spec.BackoffLimit is not { } limit)
        {
            return false;
        }
        var restarts = pods.Where(pod => pod.Status?.Phase is "Running" or "Pending").Sum(JobPods.Restarts);
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    private static int? BySuccessPolicy(V1SuccessPolicy? policy, JobTally tally)
    {
        for (var i = 0; i < (policy?.Rules?.Count ?? 0); i++)
        {
            var rule = policy!.Rules[i]; // Counted above.
            var wanted = rule.SucceededIndexes is null ? null : IndexRanges.Parse(rule.SucceededIndexes, tally.Indexes);
            var met = wanted is null ? tally.Completed.Count : tally.Completed.Count(wanted.Contains);
            if (met >= (rule.SucceededCount ?? wanted?.Count ?? int.MaxValue))
            {
                return i;
            }
        }
        return null;
    }
}
