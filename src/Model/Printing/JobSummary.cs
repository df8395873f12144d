using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>What a row about a Job says, as kubectl derives it from the object.</summary>
public static class JobSummary
{
    public static string Status(V1Job job) =>
        Is(job, "Complete") ? "Complete"
        : Is(job, "Failed") ? "Failed"
        : job.Metadata?.DeletionTimestamp is not null ? "Terminating"
        : Is(job, "Suspended") ? "Suspended"
        : Is(job, "FailureTarget") ? "FailureTarget"
        : Is(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet"
        : "Running";

    public static string Completions(V1Job job)
    {
        var (succeeded, parallelism) = (job.Status?.Succeeded ?? 0, job.Spec?.Parallelism ?? 0);
        return job.Spec?.Completions is { } completions ? $"{succeeded}/{completions}"
            : parallelism > 1 ? $"{succeeded}/1 of {parallelism}"
            : $"{succeeded}/1";
    }

    public static string Duration(V1Job job, DateTime now) => job.Status?.StartTime is not { } start ? ""
        : job.Status.CompletionTime is { } end ? HumanDuration.Of(end.ToUniversalTime() - start.ToUniversalTime())
        : Ended(job) is { } failed ? HumanDuration.Of(failed.ToUniversalTime() - start.ToUniversalTime())
        : HumanDuration.Of(now - start.ToUniversalTime());

    private static DateTime? Ended(V1Job job) =>
        job.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Failed", Status: "True" })?.LastTransitionTime;

    private static bool Is(V1Job job, string type) => job.Status?.Conditions?.Any(condition => condition.Type == type && condition.Status == "True") == true;
}
