using System.Globalization;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>What a Job asks of its pods.</summary>
internal static class JobPods
{
    public static bool IsTracked(V1Pod pod) => pod.Metadata.Finalizers?.Contains(JobNames.Tracking) == true;

    public static bool IsDeleting(V1Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    /// <summary>No container of it runs any more, or none will be waited for: it has ended, or its deletion has no grace period left.</summary>
    public static bool IsEnded(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed"
        || (IsDeleting(pod) && ((pod.Metadata.DeletionGracePeriodSeconds ?? 0) == 0 || string.IsNullOrEmpty(pod.Spec?.NodeName)));

    public static bool IsActive(V1Pod pod) => !IsDeleting(pod) && !IsEnded(pod);

    /// <summary>Counts as failed; with the policy TerminatingOrFailed as soon as its deletion is asked for.</summary>
    public static bool IsFailed(V1Pod pod, bool onlyWhenEnded) => pod.Status?.Phase != "Succeeded"
        && (pod.Status?.Phase == "Failed" || (IsDeleting(pod) && (!onlyWhenEnded || IsEnded(pod))));

    /// <summary>The index that it is to complete; null when it has none, or none of the job's.</summary>
    public static int? Index(V1Pod pod, int completions) =>
        Number(pod, JobNames.CompletionIndex) is { } index && index < completions ? index : null;

    public static int Failures(V1Pod pod) => Number(pod, JobNames.IndexFailures) ?? 0;

    public static int IgnoredFailures(V1Pod pod) => Number(pod, JobNames.IndexIgnoredFailures) ?? 0;

    /// <summary>When its last container ended, as far as its status tells.</summary>
    public static DateTime FinishedAt(V1Pod pod)
    {
        var ends = (pod.Status?.ContainerStatuses ?? []).Select(container => container.State?.Terminated?.FinishedAt).Where(time => time is not null).ToArray();
        var time = ends.Length > 0 ? ends.Max()
            : pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.LastTransitionTime
            ?? pod.Metadata.DeletionTimestamp ?? pod.Metadata.CreationTimestamp;
        return (time ?? default).ToUniversalTime();
    }

    public static int Restarts(V1Pod pod) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).Sum(container => container.RestartCount);

    private static int? Number(V1Pod pod, string annotation) =>
        pod.Metadata.Annotations?.TryGetValue(annotation, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
