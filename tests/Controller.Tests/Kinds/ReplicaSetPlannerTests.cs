using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.ReplicaSets;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

public sealed class ReplicaSetPlannerTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Plan_AnyPods_ReachesReplicasInOneStepAndNeverBoth() => Gen.Select(Gen.Int[0, 6], Pods).Sample((replicas, pods) =>
    {
        var plan = ReplicaSetPlanner.Plan(Set(replicas), pods, Now);
        var active = pods.Count(pod => pod.Metadata.DeletionTimestamp is null && pod.Status.Phase is not ("Failed" or "Succeeded"));
        Assert.Equal(replicas, active + plan.Create - plan.Delete.Length);
        Assert.True(plan.Create == 0 || plan.Delete.IsEmpty);
        Assert.All(plan.Delete, pod => Assert.Null(pod.Metadata.DeletionTimestamp));
    });

    [Fact]
    public void Plan_Surplus_DeletesTheLeastValuableFirst()
    {
        var pods = new[]
        {
            Pod("ready-old", "n1", ready: Now.AddHours(-2)), Pod("ready-young", "n2", ready: Now.AddMinutes(-1)), Pod("pending", "n3", phase: "Pending"),
            Pod("unplaced", "", phase: "Pending"), Pod("not-ready", "n4"), Pod("cheap", "n5", ready: Now.AddHours(-3), cost: "-5"),
        };
        var plan = ReplicaSetPlanner.Plan(Set(1), pods, Now);
        Assert.Equal(["unplaced", "pending", "not-ready", "cheap", "ready-young"], plan.Delete.Select(pod => pod.Metadata.Name));
    }

    [Fact]
    public void Plan_MinReadySeconds_CountsAvailableByTimeAndSaysWhenToLookAgain()
    {
        var set = Set(2);
        set.Spec.MinReadySeconds = 30;
        var plan = ReplicaSetPlanner.Plan(set, [Pod("a", "n1", ready: Now.AddSeconds(-31)), Pod("b", "n1", ready: Now.AddSeconds(-10))], Now);
        Assert.Equal((2, 1), (plan.Status.ReadyReplicas, plan.Status.AvailableReplicas));
        Assert.Equal(TimeSpan.FromSeconds(20), plan.NextLook);
    }

    [Fact]
    public void Plan_SetBeingDeleted_MakesAndDeletesNothing()
    {
        var set = Set(5);
        set.Metadata.DeletionTimestamp = Now;
        var plan = ReplicaSetPlanner.Plan(set, [Pod("a", "n1")], Now);
        Assert.Equal((0, 0), (plan.Create, plan.Delete.Length));
    }

    private static V1ReplicaSet Set(int replicas) => new()
    {
        Metadata = new() { Name = "web", Generation = 1 },
        Spec = new() { Replicas = replicas, Template = new() { Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = "web" } } } },
    };

    private static V1Pod Pod(string name, string node, string phase = "Running", DateTime? ready = null, string? cost = null) => new()
    {
        Metadata = new()
        {
            Name = name,
            CreationTimestamp = Now.AddHours(-4),
            Annotations = cost is null ? null : new Dictionary<string, string> { ["controller.kubernetes.io/pod-deletion-cost"] = cost },
        },
        Spec = new() { NodeName = node },
        Status = new() { Phase = phase, Conditions = ready is null ? null : [new() { Type = "Ready", Status = "True", LastTransitionTime = ready }] },
    };

    private static readonly Gen<V1Pod[]> Pods = Gen.Select(Gen.OneOf("Pending", "Running", "Failed", "Succeeded"), Gen.Bool, Gen.Bool, Gen.Int[0, 3]).Select((phase, ready, deleting, node) =>
    {
        var pod = Pod("p", node == 0 ? "" : $"n{node}", phase, ready ? Now.AddMinutes(-node) : null);
        pod.Metadata.DeletionTimestamp = deleting ? Now : null;
        return pod;
    }).Array[0, 8];
}
