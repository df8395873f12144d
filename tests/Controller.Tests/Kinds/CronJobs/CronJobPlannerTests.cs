using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.CronJobs;
using Orchestrator.Controller.Kinds.Jobs;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.CronJobs;

public sealed class CronJobPlannerTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 12, 0, 30, DateTimeKind.Utc);

    [Fact]
    public void Plan_AnyClock_GivesNoTimeTwoJobsAndNeverLooksBackFurtherThanOne() =>
        // The clock goes forward, stands, leaps over hours and back again; the controller may die between making the job and noting it.
        Gen.Select(Gen.Int[-7200, 7200], Gen.Bool).Array[1, 40].Sample(moves =>
        {
            var cron = Cron("*/5 * * * *");
            var (now, jobs, times) = (Start, new List<V1Job>(), new List<DateTime>());
            foreach (var (seconds, dies) in moves)
            {
                now = now.AddSeconds(seconds);
                var plan = CronJobPlanner.Plan(cron, jobs, now);
                if (plan.Start is { } time)
                {
                    Assert.True(time <= now && now - time < TimeSpan.FromMinutes(5), "only the latest missed time is made up for");
                    Assert.Equal(0, time.Minute % 5);
                    times.Add(time);
                    jobs.Add(Job(CronJobPlanner.JobName(cron, time)));
                }
                cron.Status = dies ? cron.Status : plan.Status;
                if (!dies && plan.Start is null)
                {
                    // Finished and trimmed: the note alone must tell.
                    jobs.Clear();
                }
                Assert.True(plan.NextLook > TimeSpan.Zero && plan.NextLook <= TimeSpan.FromMinutes(5.1));
            }
            Assert.Equal(times.Distinct(), times);
        });

    [Theory]
    [InlineData("Allow", true, 0)]
    [InlineData("Forbid", false, 0)]
    [InlineData("Replace", true, 1)]
    public void Plan_OneStillRuns_FollowsThePolicy(string policy, bool starts, int replaced)
    {
        var cron = Cron("* * * * *");
        cron.Spec.ConcurrencyPolicy = policy;
        var plan = CronJobPlanner.Plan(cron, [Job("earlier")], Start.AddMinutes(1));
        Assert.Equal((starts, replaced), (plan.Start is not null, plan.Replace.Length));
        Assert.Equal(policy == "Forbid" ? "JobAlreadyActive" : null, plan.Notice?.Reason);
        Assert.Equal("earlier", Assert.Single(plan.Status.Active).Name);
    }

    [Fact]
    public void Plan_DeadlinePassed_StartsNothing()
    {
        var cron = Cron("0 * * * *");
        cron.Spec.StartingDeadlineSeconds = 60;
        Assert.NotNull(CronJobPlanner.Plan(cron, [], new DateTime(2026, 1, 1, 13, 0, 59, DateTimeKind.Utc)).Start);
        Assert.Null(CronJobPlanner.Plan(cron, [], new DateTime(2026, 1, 1, 13, 1, 1, DateTimeKind.Utc)).Start);
    }

    [Fact]
    public void Plan_AYearMissed_StartsTheLatestAndSaysSo()
    {
        var plan = CronJobPlanner.Plan(Cron("* * * * *"), [], Start.AddYears(1));
        Assert.Equal((Start.AddYears(1).AddSeconds(-30), "TooManyMissedTimes"), (plan.Start, plan.Notice?.Reason));
    }

    [Fact]
    public void Plan_TimeZone_FollowsItsChangesOfClock()
    {
        var cron = Cron("30 2 * * *");
        cron.Spec.TimeZone = "Europe/Berlin";
        cron.Metadata.CreationTimestamp = new DateTime(2026, 3, 28, 12, 0, 0, DateTimeKind.Utc);
        // On 29 March 2026 there is no 02:30 in Berlin: it is made up for at once when the clock has leapt to 03:00 (01:00 UTC).
        Assert.Equal(new DateTime(2026, 3, 29, 1, 0, 0, DateTimeKind.Utc), CronJobPlanner.Plan(cron, [], new DateTime(2026, 3, 29, 1, 0, 1, DateTimeKind.Utc)).Start);
        cron.Status = new() { LastScheduleTime = new DateTime(2026, 3, 29, 1, 0, 0, DateTimeKind.Utc) };
        Assert.Equal(new DateTime(2026, 3, 30, 0, 30, 0, DateTimeKind.Utc), CronJobPlanner.Plan(cron, [], new DateTime(2026, 3, 30, 0, 31, 0, DateTimeKind.Utc)).Start);
    }

    [Fact]
    public void Plan_Suspended_StartsNothingAndStillTrims()
    {
        var cron = Cron("* * * * *");
        (cron.Spec.Suspend, cron.Spec.SuccessfulJobsHistoryLimit, cron.Spec.FailedJobsHistoryLimit) = (true, 1, 0);
        var plan = CronJobPlanner.Plan(cron, [Job("a", "Complete", 1), Job("b", "Complete", 2), Job("c", "Failed", 3), Job("d")], Start.AddMinutes(5));
        Assert.Equal((null, null), (plan.Start, plan.NextLook));
        Assert.Equal(["a", "c"], plan.Trim.Select(job => job.Metadata.Name));
        Assert.Equal(Start.AddMinutes(2), plan.Status.LastSuccessfulTime);
    }

    private static V1CronJob Cron(string schedule) => new()
    {
        Metadata = new() { Name = "tick", NamespaceProperty = "default", CreationTimestamp = Start },
        Spec = new() { Schedule = schedule, ConcurrencyPolicy = "Allow", JobTemplate = new() },
    };

    private static V1Job Job(string name, string? end = null, int minutes = 0) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", CreationTimestamp = Start.AddMinutes(minutes) },
        Status = end is null ? null : new()
        {
            CompletionTime = end == JobConditions.Complete ? Start.AddMinutes(minutes) : null,
            Conditions = [new() { Type = end, Status = "True" }],
        },
    };
}
