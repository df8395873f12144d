using CsCheck;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Xunit;
using static Orchestrator.Controller.Kinds.HorizontalPodAutoscalers.PodStanding;

namespace Orchestrator.Controller.Tests.Kinds.HorizontalPodAutoscalers;

public sealed class ReplicaCalculatorTests
{
    private static readonly Gen<PodMeasure> Pods = Gen.Select(Gen.Int[0, 5], Gen.Double[0, 500], Gen.Double[1, 200])
        .Select((standing, used, requested) => new PodMeasure(standing == 4 ? Unready : standing == 5 ? Missing : Measured, used, requested));

    /// <summary>Who is unready or missing makes a step smaller, and never turns it round.</summary>
    [Fact]
    public void Propose_PodsThatDoNotCount_OnlyDampen() =>
        Gen.Select(Pods.Array[1, 12], Gen.Int[1, 200], Gen.Bool).Sample((pods, target, isShare) =>
        {
            var proposal = ReplicaCalculator.Propose(pods.Length, pods, target, isShare);
            var measured = pods.Where(pod => pod.Standing == Measured).ToArray();
            Assert.Equal(measured.Length == 0, proposal is null);
            if (proposal is { } found)
            {
                var ratio = found.Value / target;
                Assert.True(ratio < 1 ? found.Replicas <= pods.Length : found.Replicas >= pods.Length, "the direction is that of what was measured");
                Assert.True(ratio is < 0.9 or > 1.1 || found.Replicas == pods.Length || measured.Length < pods.Length, "within the tolerance nothing is done");
            }
        });

    /// <summary>What it proposes brings the use of a load that is shared out evenly to the target or just below, and then it rests.</summary>
    [Fact]
    public void Propose_SharedLoad_ComesToRestAtTheTarget() =>
        Gen.Select(Gen.Int[1, 20], Gen.Double[1, 10_000], Gen.Int[10, 200]).Sample((start, load, target) =>
        {
            PodMeasure[] Share(int pods) => [.. Enumerable.Repeat(new PodMeasure(Measured, load / pods, 100), pods)];
            var current = start;
            for (var step = 0; step < 10; step++)
            {
                var next = Math.Max(1, ReplicaCalculator.Propose(current, Share(current), target, isShare: true)!.Value.Replicas);
                if (next == current)
                {
                    Assert.True(current == 1 || load / current <= target * 1.1 + 0.001, "more than the target and its tolerance");
                    return;
                }
                current = next;
            }
            Assert.Fail("it never rests");
        });

    [Theory]
    [InlineData(3, 100, 50, 6)] // Twice the target: twice the pods.
    [InlineData(3, 52, 50, 3)] // Within the tolerance.
    [InlineData(4, 20, 50, 2)]
    [InlineData(3, 0, 50, 0)] // The bounds are kept elsewhere.
    public void Propose_AllMeasured_FollowsTheRatio(int pods, double percent, int target, int replicas) =>
        Assert.Equal(replicas, ReplicaCalculator.Propose(pods, [.. Enumerable.Repeat(new PodMeasure(Measured, percent, 100), pods)], target, isShare: true)!.Value.Replicas);

    [Fact]
    public void Propose_UnreadyOnTheWayUp_CountAsIdle()
    {
        PodMeasure[] pods = [new(Measured, 100, 100), new(Unready, 0, 100)];
        Assert.Equal(2, ReplicaCalculator.Propose(2, pods, 50, isShare: true)!.Value.Replicas);
    }

    [Fact]
    public void Propose_MissingOnTheWayDown_CountAsBusy()
    {
        PodMeasure[] pods = [new(Measured, 10, 100), new(Missing, 0, 100)];
        Assert.Equal(2, ReplicaCalculator.Propose(2, pods, 50, isShare: true)!.Value.Replicas);
    }

    [Fact]
    public void Propose_Amount_IsAnAverage() =>
        Assert.Equal(new MetricProposal(4, 200), ReplicaCalculator.Propose(2, [new(Measured, 300, 0), new(Measured, 100, 0)], 100, isShare: false));
}
