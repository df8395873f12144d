using CsCheck;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.HorizontalPodAutoscalers;

public sealed class ScalingPaceTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Whatever is wanted when: the bounds hold, no period sees more change than its policy allows, and a wish that lasts is reached.</summary>
    [Fact]
    public void Pace_AnyWishes_KeepsBoundsAndPolicies_AndArrives() =>
        Gen.Select(Gen.Int[0, 60].Array[1, 40], Gen.Int[1, 5], Gen.Int[1, 60], Gen.Int[0, 120]).Sample((wishes, pods, period, window) =>
        {
            var item = Item(2, 50);
            item.Spec.Behavior = new()
            {
                ScaleUp = Rules("Max", window / 2, ("Pods", pods, period)),
                ScaleDown = Rules("Max", window, ("Pods", pods, period)),
            };
            var (history, now, current) = (new ScalingHistory(), _time.GetUtcNow(), 10);
            var sizes = new List<(DateTimeOffset At, int Replicas)> { (now, current) };
            foreach (var wish in wishes.Concat(Enumerable.Repeat(wishes[^1], 200 + (60 * period / 15))))
            {
                now += TimeSpan.FromSeconds(15);
                var paced = ScalingPace.Pace(item, current, wish, history, now).Replicas;
                Assert.InRange(paced, 2, 50);
                var began = sizes.Last(size => now - size.At >= TimeSpan.FromSeconds(period) || size == sizes[0]).Replicas;
                var changes = sizes.Where(size => now - size.At < TimeSpan.FromSeconds(period)).Select(size => size.Replicas).Append(began).ToArray();
                Assert.True(paced <= Math.Max(current, changes.Max() + pods) && paced >= Math.Min(current, changes.Min() - pods), "faster than the policy");
                if (paced != current)
                {
                    history.Change(paced - current, now);
                    sizes.Add((now, paced));
                    current = paced;
                }
            }
            Assert.Equal(Math.Clamp(wishes[^1], 2, 50), current);
        });

    [Fact]
    public void Pace_DefaultRules_GrowAtOnce_ShrinkWhenFiveMinutesWereCalm()
    {
        var (item, history) = (Item(1, 20), new ScalingHistory());
        Assert.Equal(new PacedReplicas(7, "ScaleUpLimit", null), Pace(item, 3, 12, history)); // 4 more, or twice as many.
        Assert.Equal(new PacedReplicas(12, null, null), Pace(item, 7, 12, history, TimeSpan.FromSeconds(15)));
        Assert.Equal(new PacedReplicas(12, null, "ScaleDownStabilized"), Pace(item, 12, 2, history, TimeSpan.FromSeconds(15)));
        Assert.Equal(new PacedReplicas(12, null, "ScaleDownStabilized"), Pace(item, 12, 2, history, TimeSpan.FromSeconds(280)));
        Assert.Equal(new PacedReplicas(2, null, null), Pace(item, 12, 2, history, TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("Max", 30)] // 50 % of 20 more; or 4.
    [InlineData("Min", 24)]
    [InlineData("Disabled", 20)]
    public void Pace_SelectPolicy_Chooses(string policy, int replicas)
    {
        var item = Item(1, 100);
        item.Spec.Behavior = new() { ScaleUp = Rules(policy, 0, ("Pods", 4, 60), ("Percent", 50, 60)), ScaleDown = Rules(policy, 0, ("Pods", 4, 60), ("Percent", 50, 60)) };
        Assert.Equal(replicas, Pace(item, 20, 90, new()).Replicas);
        Assert.Equal(20 - Math.Min(10, replicas - 20), Pace(item, 20, 1, new()).Replicas);
    }

    [Fact]
    public void Pace_OutOfBounds_SaysSo()
    {
        Assert.Equal("TooManyReplicas", Pace(Item(1, 5), 5, 9, new()).Limit);
        Assert.Equal("TooFewReplicas", Pace(Item(3, 5), 3, 1, new()).Limit);
    }

    private PacedReplicas Pace(V2HorizontalPodAutoscaler item, int current, int wanted, ScalingHistory history, TimeSpan after = default)
    {
        _time.Advance(after);
        var paced = ScalingPace.Pace(item, current, wanted, history, _time.GetUtcNow());
        history.Change(paced.Replicas - current, _time.GetUtcNow());
        return paced;
    }

    private static V2HorizontalPodAutoscaler Item(int least, int most) => new() { Spec = new() { MinReplicas = least, MaxReplicas = most } };

    private static V2HPAScalingRules Rules(string policy, int seconds, params (string Type, int Value, int Period)[] policies) => new()
    {
        SelectPolicy = policy, StabilizationWindowSeconds = seconds, Policies = [.. policies.Select(one => new V2HPAScalingPolicy { Type = one.Type, Value = one.Value, PeriodSeconds = one.Period })],
    };
}
