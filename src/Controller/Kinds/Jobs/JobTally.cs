using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>
/// Counts each finished pod exactly once. A pod that is done is first noted by its uid (or, where it succeeded, by its index) in the status,
/// then loses its finalizer, and only when that is gone the uid becomes a number. Killed at any line, the next count comes out the same. Pure.
/// </summary>
internal sealed class JobTally
{
    /// <summary>Pods counted in one step, so that a status stays small. Source: Kubernetes, MaxUncountedPods.</summary>
    private const int MaxUncounted = 500;

    private readonly V1JobSpec _spec;
    private readonly bool _replaceFailedOnly;
    private readonly Dictionary<int, (V1Pod Pod, bool Ignored)> _latestFailure = [];

    private JobTally(V1Job job)
    {
        _spec = job.Spec;
        _replaceFailedOnly = job.Spec.PodReplacementPolicy == JobNames.ReplaceFailed;
        Indexes = IsIndexed ? job.Spec.Completions ?? 0 : 0;
        Completed = IndexRanges.Parse(job.Status?.CompletedIndexes, Indexes);
        FailedIndexes = IndexRanges.Parse(job.Status?.FailedIndexes, Indexes);
        Succeeded = job.Status?.Succeeded ?? 0;
        Failed = job.Status?.Failed ?? 0;
    }

    public bool IsIndexed => _spec.CompletionMode == JobNames.Indexed;
    public bool PerIndex => IsIndexed && _spec.BackoffLimitPerIndex is not null;
    public int Indexes { get; }
    public SortedSet<int> Completed { get; }
    public SortedSet<int> FailedIndexes { get; }
    /// <summary>Of a job without indexes: those that are numbers already.</summary>
    public int Succeeded { get; private set; }
    public int Failed { get; private set; }
    public List<string> UncountedSucceeded { get; } = [];
    public List<string> UncountedFailed { get; } = [];
    public List<V1Pod> Release { get; } = [];
    /// <summary>What made the policy fail the job; null when nothing did.</summary>
    public string? FailJob { get; private set; }

    public int AllSucceeded => IsIndexed ? Completed.Count : Succeeded + UncountedSucceeded.Count;
    public int AllFailed => Failed + UncountedFailed.Count;
    /// <summary>By index, its latest failed pod that has no successor yet.</summary>
    public IReadOnlyDictionary<int, (V1Pod Pod, bool Ignored)> LatestFailure => _latestFailure;

    /// <param name="job">The job.</param>
    /// <param name="pods">Its pods.</param>
    /// <param name="ended">The job has ended or is about to: nothing is tried again.</param>
    public static JobTally Of(V1Job job, IReadOnlyCollection<V1Pod> pods, bool ended)
    {
        var tally = new JobTally(job);
        var tracked = pods.Where(JobPods.IsTracked).ToArray();
        tally.Settle(job.Status?.UncountedTerminatedPods, [.. tracked.Select(pod => pod.Metadata.Uid)]);
        // A success of an index makes its earlier failures moot, whatever their order here.
        foreach (var pod in tracked.OrderBy(pod => pod.Status?.Phase == "Succeeded" ? 0 : 1).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal))
        {
            tally.Count(pod, pods, ended);
        }
        return tally;
    }

    /// <summary>Noted pods whose finalizer is gone become numbers.</summary>
    private void Settle(V1UncountedTerminatedPods? uncounted, HashSet<string> tracked)
    {
        foreach (var uid in uncounted?.Succeeded ?? [])
        {
            if (tracked.Contains(uid))
            {
                UncountedSucceeded.Add(uid);
            }
            else
            {
                Succeeded++;
            }
        }
        foreach (var uid in uncounted?.Failed ?? [])
        {
            if (tracked.Contains(uid))
            {
                UncountedFailed.Add(uid);
            }
            else
            {
                Failed++;
            }
        }
    }

    private void Count(V1Pod pod, IReadOnlyCollection<V1Pod> all, bool ended)
    {
        var uid = pod.Metadata.Uid;
        var known = UncountedSucceeded.Contains(uid) || UncountedFailed.Contains(uid);
        if (!known && UncountedSucceeded.Count + UncountedFailed.Count >= MaxUncounted)
        {
            return;
        }
        // One whose deletion was counted as its failure stays failed, even if it ends well after all.
        if (pod.Status?.Phase == "Succeeded" && !UncountedFailed.Contains(uid))
        {
            if (!IsIndexed && !known)
            {
                UncountedSucceeded.Add(uid);
            }
            else if (JobPods.Index(pod, Indexes) is { } index && !FailedIndexes.Contains(index))
            {
                Completed.Add(index);
            }
            Release.Add(pod);
        }
        else if (known || JobPods.IsFailed(pod, _replaceFailedOnly))
        {
            CountFailure(pod, all, known, ended);
        }
    }

    private void CountFailure(V1Pod pod, IReadOnlyCollection<V1Pod> all, bool known, bool ended)
    {
        var (action, message) = PodFailurePolicy.Judge(_spec.PodFailurePolicy, pod);
        if (action == FailureAction.FailJob)
        {
            FailJob ??= message;
        }
        if (!known && action != FailureAction.Ignore)
        {
            UncountedFailed.Add(pod.Metadata.Uid);
        }
        if (PerIndex && JobPods.Index(pod, Indexes) is { } index && !Completed.Contains(index) && !FailedIndexes.Contains(index))
        {
            var ignored = action == FailureAction.Ignore;
            // Pods that were ended because their job did say nothing of their index.
            var final = action == FailureAction.FailIndex || JobPods.Failures(pod) + (ignored ? 0 : 1) > _spec.BackoffLimitPerIndex;
            if (final && (!ended || !JobPods.IsDeleting(pod)))
            {
                FailedIndexes.Add(index);
            }
            else if (!ended && !HasSuccessor(pod, index, all))
            {
                // It carries the count of its index: it is kept until another pod does.
                _latestFailure[index] = (pod, ignored);
                return;
            }
        }
        Release.Add(pod);
    }

    private bool HasSuccessor(V1Pod pod, int index, IEnumerable<V1Pod> all) =>
        all.Any(other => JobPods.Index(other, Indexes) == index && Attempts(other) > Attempts(pod));

    private static int Attempts(V1Pod pod) => JobPods.Failures(pod) + JobPods.IgnoredFailures(pod);
}
