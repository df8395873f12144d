using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>From a Job and its pods to what is to be done. Pure. Source: Kubernetes documentation, "Jobs".</summary>
internal static class JobPlanner
{
    /// <summary>Pods made in one step. Source: Kubernetes, MaxPodCreateDeletePerSync.</summary>
    private const int MaxCreates = 500;

    public static JobPlan Plan(V1Job job, IReadOnlyCollection<V1Pod> pods, DateTime now)
    {
        var end = JobConditions.End(job.Status);
        var target = JobConditions.Target(job.Status);
        var tally = JobTally.Of(job, pods, ended: end is not null || target is not null);
        var status = Counted(job, tally, pods);
        if (end is not null)
        {
            var left = TimeToLive(job, end, now);
            return new(status, [.. tally.Release], [], [.. pods.Where(JobPods.IsActive)], [], left, left <= TimeSpan.Zero);
        }
        var suspended = job.Spec.Suspend == true;
        Start(status, suspended, now);
        if (target is null && JobOutcome.Of(job, tally, pods, status.StartTime, now) is { } outcome)
        {
            JobConditions.Set(status, outcome.Success ? JobConditions.SuccessCriteriaMet : JobConditions.FailureTarget, true, outcome.Reason, outcome.Message, now);
            target = JobConditions.Target(status);
            // Nothing is tried again: what was kept for a successor is let go.
            tally = JobTally.Of(job, pods, ended: true);
            status = Counted(job, tally, pods, status);
        }
        if (target is not null)
        {
            return Ending(status, target, tally, pods, now);
        }
        var active = pods.Where(JobPods.IsActive).ToArray();
        if (suspended)
        {
            return new(status, [.. tally.Release], [.. active], [], []);
        }
        return Running(job, status, tally, pods, active, now);
    }

    private static JobPlan Ending(V1JobStatus status, V1JobCondition target, JobTally tally, IReadOnlyCollection<V1Pod> pods, DateTime now)
    {
        var remain = pods.Any(pod => !JobPods.IsEnded(pod) || JobPods.IsTracked(pod));
        if (!remain && tally.UncountedSucceeded.Count + tally.UncountedFailed.Count == 0)
        {
            var success = target.Type == JobConditions.SuccessCriteriaMet;
            JobConditions.Set(status, success ? JobConditions.Complete : JobConditions.Failed, true, target.Reason, target.Message, now);
            status.CompletionTime = success ? Timestamp.ToSeconds(new DateTimeOffset(now, TimeSpan.Zero)) : null;
        }
        return new(status, [.. tally.Release], [], [.. pods.Where(JobPods.IsActive)], []);
    }

    private static JobPlan Running(V1Job job, V1JobStatus status, JobTally tally, IReadOnlyCollection<V1Pod> pods, V1Pod[] active, DateTime now)
    {
        var surplus = Surplus(tally, active);
        var kept = active.Except(surplus).ToArray();
        var terminating = job.Spec.PodReplacementPolicy == JobNames.ReplaceFailed ? pods.Count(pod => JobPods.IsDeleting(pod) && !JobPods.IsEnded(pod)) : 0;
        var wanted = Wanted(job.Spec, tally, kept.Length);
        surplus.AddRange(kept.Order(Comparer<V1Pod>.Create(LessValuable)).Take(Math.Max(0, kept.Length - wanted)));
        var (create, wait) = Missing(tally, pods, kept, Math.Min(MaxCreates, wanted - kept.Length - terminating), now);
        TimeSpan? deadline = job.Spec.ActiveDeadlineSeconds is { } seconds && status.StartTime is { } started
            ? started.ToUniversalTime() + TimeSpan.FromSeconds(seconds) - now : null;
        return new(status, [.. tally.Release], [.. surplus], [], [.. create], new[] { deadline, wait }.Min());
    }

    /// <summary>How many pods should be active now.</summary>
    private static int Wanted(V1JobSpec spec, JobTally tally, int active)
    {
        var parallelism = spec.Parallelism ?? 1;
        if (spec.Completions is not { } completions)
        {
            // A work queue: once a pod has found it empty, no new ones start, and those that run finish.
            return tally.AllSucceeded > 0 ? Math.Min(active, parallelism) : parallelism;
        }
        return Math.Max(0, Math.Min(parallelism, completions - tally.AllSucceeded - tally.FailedIndexes.Count));
    }

    /// <summary>Active pods of no use: their index is done, has failed, is not one of the job's, or has another pod.</summary>
    private static List<V1Pod> Surplus(JobTally tally, V1Pod[] active)
    {
        var surplus = new List<V1Pod>();
        var seen = new HashSet<int>();
        if (!tally.IsIndexed)
        {
            return surplus;
        }
        foreach (var pod in active.OrderBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal))
        {
            if (JobPods.Index(pod, tally.Indexes) is not { } index || tally.Completed.Contains(index) || tally.FailedIndexes.Contains(index) || !seen.Add(index))
            {
                surplus.Add(pod);
            }
        }
        return surplus;
    }

    private static (List<JobPodPlan> Create, TimeSpan? Wait) Missing(JobTally tally, IReadOnlyCollection<V1Pod> pods, V1Pod[] kept, int count, DateTime now)
    {
        var create = new List<JobPodPlan>();
        if (count <= 0)
        {
            return (create, null);
        }
        if (!tally.PerIndex && JobBackOff.Left(pods, now) is var left && left > TimeSpan.Zero)
        {
            return (create, left);
        }
        if (!tally.IsIndexed)
        {
            create.AddRange(Enumerable.Repeat(default(JobPodPlan), count));
            return (create, null);
        }
        TimeSpan? wait = null;
        var taken = kept.Select(pod => JobPods.Index(pod, tally.Indexes)).ToHashSet();
        for (var index = 0; index < tally.Indexes && create.Count < count; index++)
        {
            if (tally.Completed.Contains(index) || tally.FailedIndexes.Contains(index) || taken.Contains(index))
            {
                continue;
            }
            if (!tally.LatestFailure.TryGetValue(index, out var failure))
            {
                create.Add(new(index, 0, 0));
            }
            else if (JobBackOff.Left(failure.Pod, now) is var pause && pause > TimeSpan.Zero)
            {
                wait = wait < pause ? wait : pause;
            }
            else
            {
                create.Add(new(index, JobPods.Failures(failure.Pod) + (failure.Ignored ? 0 : 1), JobPods.IgnoredFailures(failure.Pod) + (failure.Ignored ? 1 : 0)));
            }
        }
        return (create, wait);
    }

    private static V1JobStatus Counted(V1Job job, JobTally tally, IReadOnlyCollection<V1Pod> pods, V1JobStatus? from = null)
    {
        var old = from ?? job.Status;
        return new()
        {
            Active = Count(pods.Count(JobPods.IsActive)),
            Ready = pods.Count(pod => JobPods.IsActive(pod) && PodState.IsReady(pod)),
            Terminating = pods.Count(pod => JobPods.IsDeleting(pod) && !JobPods.IsEnded(pod)),
            Succeeded = Count(tally.IsIndexed ? tally.Completed.Count : tally.Succeeded),
            Failed = Count(tally.Failed),
            CompletedIndexes = tally.IsIndexed && tally.Completed.Count > 0 ? IndexRanges.Format(tally.Completed) : null,
            FailedIndexes = tally.PerIndex ? IndexRanges.Format(tally.FailedIndexes) : null,
            UncountedTerminatedPods = new()
            {
                Succeeded = tally.UncountedSucceeded.Count > 0 ? tally.UncountedSucceeded : null,
                Failed = tally.UncountedFailed.Count > 0 ? tally.UncountedFailed : null,
            },
            StartTime = old?.StartTime,
            CompletionTime = old?.CompletionTime,
            Conditions = old?.Conditions,
        };
    }

    private static void Start(V1JobStatus status, bool suspended, DateTime now)
    {
        if (suspended)
        {
            JobConditions.Set(status, JobConditions.Suspended, true, "JobSuspended", "Job suspended", now);
            status.StartTime = null;
            return;
        }
        if (JobConditions.Find(status, JobConditions.Suspended) is not null)
        {
            JobConditions.Set(status, JobConditions.Suspended, false, "JobResumed", "Job resumed", now);
        }
        status.StartTime ??= Timestamp.ToSeconds(new DateTimeOffset(now, TimeSpan.Zero));
    }

    private static TimeSpan? TimeToLive(V1Job job, V1JobCondition end, DateTime now) =>
        job.Spec.TtlSecondsAfterFinished is { } seconds ? (end.LastTransitionTime ?? now).ToUniversalTime() + TimeSpan.FromSeconds(seconds) - now : null;

    /// <summary>Pods that have come less far go first, and among equals the younger.</summary>
    private static int LessValuable(V1Pod left, V1Pod right) =>
        Progress(left).CompareTo(Progress(right)) is var order and not 0 ? order
        : (right.Metadata.CreationTimestamp ?? default).CompareTo(left.Metadata.CreationTimestamp ?? default) is var age and not 0 ? age
        : string.CompareOrdinal(left.Metadata.Name, right.Metadata.Name);

    private static int Progress(V1Pod pod) => string.IsNullOrEmpty(pod.Spec?.NodeName) ? 0 : PodState.IsReady(pod) ? 3 : pod.Status?.Phase == "Running" ? 2 : 1;

    /// <summary>Zero is left out on the wire, as Kubernetes has it.</summary>
    private static int? Count(int number) => number == 0 ? null : number;
}
