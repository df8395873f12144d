using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.PodDisruptionBudgets;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Disruptions;

public sealed class DisruptionPlannerTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Plan_AnyPods_WhatIsAllowedNeverBreaksTheBudget() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 100], Gen.Int[0, 3], Gen.Select(Gen.Bool, Gen.Bool).Array[0, 10]).Sample((scale, number, form, states) =>
        {
            var budget = Budget(form switch { 0 => ($"{number % 10}", null), 1 => ($"{number}%", null), 2 => (null, $"{number % 10}"), _ => (null, $"{number}%") });
            var pods = states.Select((state, i) => Pod($"p{i}", state.Item1, state.Item2)).ToList();
            var (status, _) = DisruptionPlanner.Plan(budget, pods, scale, Now);
            Assert.True(status.DisruptionsAllowed >= 0);
            Assert.True(status.DisruptionsAllowed == 0 || status.CurrentHealthy - status.DisruptionsAllowed >= status.DesiredHealthy);
            // Granting what is allowed, one after the other, ends at none.
            foreach (var pod in pods.Where(pod => pod.Status.Conditions is not null && pod.Metadata.DeletionTimestamp is null).Take(status.DisruptionsAllowed ?? 0))
            {
                budget.Status = status;
                budget.Status.DisruptedPods = new Dictionary<string, DateTime?>(status.DisruptedPods ?? new Dictionary<string, DateTime?>()) { [pod.Metadata.Name] = Now };
                var before = status.DisruptionsAllowed ?? 0;
                status = DisruptionPlanner.Plan(budget, pods, scale, Now).Status;
                Assert.Equal(before - 1, status.DisruptionsAllowed);
            }
            Assert.Equal(0, status.DisruptionsAllowed);
        });

    [Theory]
    [InlineData("2", null, 2)]
    [InlineData("51%", null, 2)]
    [InlineData(null, "1", 2)]
    [InlineData(null, "34%", 1)]
    public void Plan_Desired_IsRoundedToTheSafeSide(string? least, string? most, int desired)
    {
        var (status, _) = DisruptionPlanner.Plan(Budget((least, most)), [Pod("a", true, false), Pod("b", true, false), Pod("c", true, false)], 3, Now);
        Assert.Equal((desired, 3, 3 - desired), (status.DesiredHealthy, status.CurrentHealthy, status.DisruptionsAllowed));
    }

    [Fact]
    public void Plan_SizeUnknown_AllowsNothingAndSaysWhy()
    {
        var (status, _) = DisruptionPlanner.Plan(Budget((null, "1")), [Pod("a", true, false)], null, Now);
        Assert.Equal((0, "SyncFailed"), (status.DisruptionsAllowed, Assert.Single(status.Conditions).Reason));
    }

    [Fact]
    public void Plan_GrantNeverUsed_ComesBack()
    {
        var budget = Budget((null, "1"));
        budget.Status = new() { DisruptedPods = new Dictionary<string, DateTime?> { ["a"] = Now } };
        var (status, next) = DisruptionPlanner.Plan(budget, [Pod("a", true, false)], 1, Now);
        Assert.Equal((0, DisruptionPlanner.GrantLasts), (status.CurrentHealthy, next));
        (status, next) = DisruptionPlanner.Plan(budget, [Pod("a", true, false)], 1, Now + DisruptionPlanner.GrantLasts);
        Assert.Equal((1, null, null), (status.DisruptionsAllowed, status.DisruptedPods, next));
    }

    private static V1PodDisruptionBudget Budget((string? Least, string? Most) share) => new()
    {
        Metadata = new() { Name = "b" },
        Spec = new() { MinAvailable = share.Least is { } least ? (IntOrString)least : null, MaxUnavailable = share.Most is { } most ? (IntOrString)most : null },
    };

    private static V1Pod Pod(string name, bool ready, bool deleting) => new()
    {
        Metadata = new() { Name = name, DeletionTimestamp = deleting ? Now : null },
        Status = new() { Phase = "Running", Conditions = ready ? [new() { Type = "Ready", Status = "True" }] : null },
    };
}
