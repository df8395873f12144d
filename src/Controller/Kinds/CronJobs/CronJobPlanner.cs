using System.Globalization;
using k8s.Models;
using Orchestrator.Controller.Kinds.Jobs;

namespace Orchestrator.Controller.Kinds.CronJobs;

/// <summary>From a CronJob, its jobs and the time to what is to be done. Pure. Source: Kubernetes documentation, "CronJob".</summary>
internal static class CronJobPlanner
{
    public const string Allow = "Allow";
    public const string Forbid = "Forbid";
    public const string Replace = "Replace";
    /// <summary>Looks a little after the time, never before it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    public static CronJobPlan Plan(V1CronJob cron, IReadOnlyCollection<V1Job> jobs, DateTime now)
    {
        var spec = cron.Spec;
        var active = jobs.Where(job => JobConditions.End(job.Status) is null && job.Metadata.DeletionTimestamp is null).OrderBy(job => job.Metadata.Name, StringComparer.Ordinal).ToArray();
        var trim = Trim(jobs, JobConditions.Complete, spec.SuccessfulJobsHistoryLimit ?? 3).Concat(Trim(jobs, JobConditions.Failed, spec.FailedJobsHistoryLimit ?? 1)).ToArray();
        var status = Status(cron, jobs, active);
        CronSchedule schedule;
        try
        {
            schedule = CronSchedule.Parse(spec.Schedule, spec.TimeZone);
        }
        catch (FormatException problem)
        {
            // The zones of a machine may change under an accepted object.
            return new(null, [], [.. trim], status, null, (true, "UnparseableSchedule", $"unparseable schedule {spec.Schedule}: {problem.Message}"));
        }
        if (cron.Metadata.DeletionTimestamp is not null || spec.Suspend == true)
        {
            return new(null, [], [.. trim], status, null);
        }
        var look = schedule.Next(now) is { } next ? next - now + Margin : (TimeSpan?)null;
        var start = (status.LastScheduleTime ?? cron.Metadata.CreationTimestamp ?? now).ToUniversalTime();
        if (spec.StartingDeadlineSeconds is { } deadline && now.AddSeconds(-deadline) is var earliest && earliest > start)
        {
            start = earliest;
        }
        var (due, many) = schedule.Latest(start, now);
        if (due is not { } time)
        {
            return new(null, [], [.. trim], status, look);
        }
        (bool, string, string)? notice = many ? (true, "TooManyMissedTimes",
            "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew") : null;
        if (active.Length > 0 && spec.ConcurrencyPolicy == Forbid)
        {
            // It is still owed: when the one that runs has finished, the latest missed time is made up for, within the deadline.
            return new(null, [], [.. trim], status, look, notice ?? (false, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid"));
        }
        status.LastScheduleTime = time;
        return new(time, spec.ConcurrencyPolicy == Replace ? [.. active] : [], [.. trim], status, look, notice);
    }

    /// <summary>One name per scheduled minute: a time never gets two jobs, whatever happens between the writes.</summary>
    public static string JobName(V1CronJob cron, DateTime time) =>
        $"{cron.Metadata.Name}-{((DateTimeOffset)time.ToUniversalTime()).ToUnixTimeSeconds() / 60}";

    private static DateTime? JobTime(V1CronJob cron, string name) =>
        name.StartsWith(cron.Metadata.Name + "-", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(cron.Metadata.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? DateTime.UnixEpoch.AddMinutes(minutes) : null;

    private static V1CronJobStatus Status(V1CronJob cron, IEnumerable<V1Job> jobs, V1Job[] active)
    {
        var successes = jobs.Where(job => JobConditions.Find(job.Status, JobConditions.Complete) is not null).Select(job => job.Status.CompletionTime);
        return new()
        {
            Active = active.Length == 0 ? null :
            [
                .. active.Select(job => new V1ObjectReference
                {
                    ApiVersion = "batch/v1", Kind = "Job", Name = job.Metadata.Name, NamespaceProperty = job.Metadata.NamespaceProperty,
                    Uid = job.Metadata.Uid, ResourceVersion = job.Metadata.ResourceVersion,
                }),
            ],
            // A job that was made, but not noted, tells its time by its name.
            LastScheduleTime = jobs.Select(job => JobTime(cron, job.Metadata.Name)).Append(cron.Status?.LastScheduleTime?.ToUniversalTime()).Max(),
            LastSuccessfulTime = successes.Append(cron.Status?.LastSuccessfulTime).Max(),
        };
    }

    /// <summary>The oldest of the finished beyond the limit.</summary>
    private static IEnumerable<V1Job> Trim(IEnumerable<V1Job> jobs, string end, int limit)
    {
        var finished = jobs.Where(job => job.Metadata.DeletionTimestamp is null && JobConditions.Find(job.Status, end) is not null)
            .OrderBy(job => job.Status.StartTime ?? job.Metadata.CreationTimestamp).ThenBy(job => job.Metadata.Name, StringComparer.Ordinal).ToArray();
        return finished.Take(Math.Max(0, finished.Length - limit));
    }
}
