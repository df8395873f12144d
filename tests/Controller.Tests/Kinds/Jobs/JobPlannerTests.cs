using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.Jobs;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Jobs;

public sealed class JobPlannerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public void Plan_AnyCourseWithKills_StaysInBoundsCountsExactlyAndEnds() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 4], Gen.Bool, Gen.Int[0, 3], Gen.Select(Gen.Int[0, 6], Gen.Int[0, 9], Gen.Int[0, 12]).Array[0, 40])
            .Sample((completions, parallelism, indexed, limit, moves) =>
            {
                var world = new JobWorld(Spec(completions, parallelism, indexed, limit));
                foreach (var (move, choice, writes) in moves)
                {
                    Move(world, move, choice);
                    world.Step(writes);
                    Assert.True(world.Active.Count() <= parallelism, "more active pods than parallelism");
                    Assert.True((world.Job.Status.Succeeded ?? 0) <= world.Succeeded.Count, "a completion was counted twice");
                    Assert.True((world.Job.Status.Failed ?? 0) <= world.Failed.Count, "a failure was counted twice");
                }
                Finish(world);
                var status = world.Job.Status;
                Assert.True(indexed || (status.Succeeded ?? 0) == world.Succeeded.Count, "a completion was lost");
                Assert.True(JobConditions.Find(status, JobConditions.Complete) is null || (status.Succeeded ?? 0) == completions);
                Assert.Equal(world.Failed.Count, status.Failed ?? 0);
                Assert.True(status.UncountedTerminatedPods.Succeeded is null && status.UncountedTerminatedPods.Failed is null);
                Assert.Equal(world.Failed.Count > limit, JobConditions.Find(status, JobConditions.Failed) is not null);
            });

    [Fact]
    public void Plan_LimitPerIndex_AnyCourse_TriesEachIndexAsOftenAsAllowed() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9], Gen.Int[0, 12]).Array[0, 40])
            .Sample((completions, parallelism, limit, moves) =>
            {
                var spec = Spec(completions, parallelism, indexed: true, int.MaxValue);
                spec.BackoffLimitPerIndex = limit;
                var world = new JobWorld(spec);
                foreach (var (move, choice, writes) in moves)
                {
                    Move(world, move, choice);
                    world.Step(writes);
                    Assert.True(world.Active.Count() <= parallelism);
                }
                Finish(world);
                var tries = world.Pods.Where(pod => pod.Status.Phase == "Failed").GroupBy(pod => JobPods.Index(pod, completions));
                Assert.All(tries, index => Assert.True(index.Count() <= limit + 1));
                var (completed, failed) = (IndexRanges.Parse(world.Job.Status.CompletedIndexes, completions), IndexRanges.Parse(world.Job.Status.FailedIndexes, completions));
                Assert.Equal(completions, completed.Count + failed.Count);
                Assert.Empty(completed.Intersect(failed));
            });

    [Fact]
    public void Plan_WorkQueue_StartsNoMoreOnceOneSucceeded()
    {
        var world = new JobWorld(Spec(null, 3, indexed: false, 6));
        world.Step();
        Assert.Equal(3, world.Pods.Count);
        world.End(world.Pods[0], well: true);
        Settle(world);
        Assert.Equal((3, false), (world.Pods.Count, world.Ended));
        world.End(world.Pods[1], well: true);
        world.End(world.Pods[2], well: true);
        Settle(world);
        Assert.True(world.Ended);
        Assert.Equal(3, world.Job.Status.Succeeded);
    }

    [Fact]
    public void Plan_Failure_IsTriedAgainAfterGrowingPauses()
    {
        var world = new JobWorld(Spec(1, 1, indexed: false, 6));
        foreach (var seconds in new[] { 10, 20, 40 })
        {
            world.Step();
            world.End(world.Active.Single(), well: false);
            Settle(world);
            Assert.Empty(world.Active);
            Assert.Equal(TimeSpan.FromSeconds(seconds), world.Step().NextLook);
            world.Pass(TimeSpan.FromSeconds(seconds));
        }
        world.Step();
        Assert.Single(world.Active);
    }

    [Fact]
    public void Plan_Suspended_EndsItsPodsUncountedAndResumes()
    {
        var world = new JobWorld(Spec(2, 2, indexed: true, 6));
        world.Step();
        world.Job.Spec.Suspend = true;
        Settle(world);
        Assert.Empty(world.Active);
        Assert.Equal((null, null), (world.Job.Status.StartTime, world.Job.Status.Failed));
        Assert.NotNull(JobConditions.Find(world.Job.Status, JobConditions.Suspended));
        world.Job.Spec.Suspend = false;
        Settle(world);
        Assert.Equal(2, world.Active.Count());
        Assert.Equal("False", world.Job.Status.Conditions.Single(condition => condition.Type == "Suspended").Status);
    }

    [Fact]
    public void Plan_DeadlinePassed_FailsAndWaitsForItsPods()
    {
        var spec = Spec(1, 1, indexed: false, 6);
        spec.ActiveDeadlineSeconds = 30;
        var world = new JobWorld(spec);
        Assert.Equal(TimeSpan.FromSeconds(30), world.Step().NextLook);
        world.Pass(TimeSpan.FromSeconds(30));
        world.Step();
        Assert.Equal("DeadlineExceeded", JobConditions.Find(world.Job.Status, JobConditions.FailureTarget)?.Reason);
        Settle(world);
        Assert.False(world.Ended);
        world.End(world.Pods.Single(), well: false);
        Settle(world);
        Assert.Equal("DeadlineExceeded", JobConditions.Find(world.Job.Status, JobConditions.Failed)?.Reason);
    }

    [Fact]
    public void Plan_PodFailurePolicy_FailsIgnoresOrCounts()
    {
        var spec = Spec(1, 1, indexed: false, 0);
        spec.PodReplacementPolicy = "Failed";
        spec.PodFailurePolicy = new()
        {
            Rules =
            [
                new() { Action = "Ignore", OnExitCodes = new() { OperatorProperty = "In", Values = [7] } },
                new() { Action = "FailJob", OnExitCodes = new() { OperatorProperty = "NotIn", Values = [1] } },
            ],
        };
        var world = new JobWorld(spec);
        world.Step();
        world.End(world.Active.Single(), well: false, exitCode: 7);
        world.Failed.Clear();
        Settle(world);
        Assert.Equal((null, false), (world.Job.Status.Failed, world.Ended));
        world.Pass(Long);
        world.Step();
        world.End(world.Active.Single(), well: false, exitCode: 42);
        Settle(world);
        var failed = JobConditions.Find(world.Job.Status, JobConditions.Failed)!;
        Assert.Equal(("PodFailurePolicy", "Container c for pod /p1 failed with exit code 42 matching FailJob rule at index 1"), (failed.Reason, failed.Message));
    }

    [Fact]
    public void Plan_SuccessPolicy_IsCompleteWithTheLeaderAlone()
    {
        var spec = Spec(3, 3, indexed: true, 6);
        spec.SuccessPolicy = new() { Rules = [new() { SucceededIndexes = "0" }] };
        var world = new JobWorld(spec);
        world.Step();
        world.End(world.Pods.Single(pod => JobPods.Index(pod, 3) == 0), well: true);
        Finish(world);
        Assert.Equal(("SuccessPolicy", "0"), (JobConditions.Find(world.Job.Status, JobConditions.Complete)?.Reason, world.Job.Status.CompletedIndexes));
    }

    [Fact]
    public void Plan_TimeToLive_Expires()
    {
        var spec = Spec(0, 1, indexed: false, 6);
        spec.TtlSecondsAfterFinished = 60;
        var world = new JobWorld(spec);
        Settle(world);
        Assert.Equal((TimeSpan.FromSeconds(60), false), (world.Step().NextLook, world.Step().Expired));
        world.Pass(TimeSpan.FromSeconds(60));
        Assert.True(world.Step().Expired);
    }

    [Fact]
    public void IndexRanges_AnySet_RoundTrips() => Gen.Int[0, 30].Array.Sample(indexes =>
    {
        var set = new SortedSet<int>(indexes);
        Assert.Equal(set, IndexRanges.Parse(IndexRanges.Format(set), 31));
    });

    /// <summary>What may happen between two looks of the controller.</summary>
    private static void Move(JobWorld world, int move, int choice)
    {
        var running = world.Pods.Where(pod => !JobPods.IsEnded(pod)).ToArray();
        if (move <= 2)
        {
            world.Pass(move == 0 ? Long : TimeSpan.FromSeconds(choice));
        }
        else if (running.Length > 0)
        {
            world.End(running[choice % running.Length], well: move > 3);
        }
    }

    /// <summary>Everything that runs ends well, until the job has ended.</summary>
    private static void Finish(JobWorld world)
    {
        for (var i = 0; i < 60 && !world.Ended; i++)
        {
            world.Pass(Long);
            world.Step();
            foreach (var pod in world.Pods.Where(pod => !JobPods.IsEnded(pod)).ToArray())
            {
                world.End(pod, well: pod.Metadata.DeletionTimestamp is null);
            }
        }
        Assert.True(world.Ended, "the job never ended");
    }

    private static void Settle(JobWorld world)
    {
        for (var i = 0; i < 4; i++)
        {
            world.Step();
        }
    }

    private static V1JobSpec Spec(int? completions, int parallelism, bool indexed, int limit) => new()
    {
        Completions = completions,
        Parallelism = parallelism,
        CompletionMode = indexed ? JobNames.Indexed : JobNames.NonIndexed,
        BackoffLimit = limit,
        PodReplacementPolicy = JobNames.ReplaceTerminatingOrFailed,
        Template = new() { Spec = new() { RestartPolicy = "Never", Containers = [new() { Name = "c", Image = "host" }] } },
    };
}
