using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>How long a failed pod's successor waits. Pure. Source: Kubernetes documentation, "Pod backoff failure policy": 10 s, 20 s, 40 s … 6 min.</summary>
internal static class JobBackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    /// <summary>Wait of the job as a whole: failures since the last success, counted from the latest.</summary>
    public static TimeSpan Left(IEnumerable<V1Pod> pods, DateTime now)
    {
        var (failures, latest) = (0, (DateTime?)null);
        foreach (var pod in pods.Where(pod => pod.Status?.Phase is "Succeeded" or "Failed").OrderByDescending(JobPods.FinishedAt))
        {
            if (pod.Status.Phase == "Succeeded")
            {
                break;
            }
            failures++;
            latest ??= JobPods.FinishedAt(pod);
        }
        return latest is { } time ? time + After(failures) - now : TimeSpan.Zero;
    }

    /// <summary>Wait of one index after its latest failed pod.</summary>
    public static TimeSpan Left(V1Pod failed, DateTime now) =>
        JobPods.FinishedAt(failed) + After(JobPods.Failures(failed) + JobPods.IgnoredFailures(failed) + 1) - now;

    private static TimeSpan After(int failures)
    {
        var pause = First * Math.Pow(2, Math.Min(failures - 1, 10));
        return pause < Longest ? pause : Longest;
    }
}
