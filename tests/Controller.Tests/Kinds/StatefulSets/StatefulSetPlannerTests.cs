using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.StatefulSets;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.StatefulSets;

public sealed class StatefulSetPlannerTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly StatefulSetRevisions Revisions = new("old", "new");

    [Fact]
    public void Plan_AnyStart_StaysInBoundsAtEveryStepAndEnds() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 4], Gen.Int[1, 3], Pods).Sample((replicas, start, parallel, partition, unavailable, pods) =>
        {
            var set = Set(replicas, start, parallel, partition, unavailable);
            var world = pods.DistinctBy(pod => pod.Metadata.Name).ToList();
            for (var step = 0; step < 100; step++)
            {
                var before = Available(set, world);
                var plan = StatefulSetPlanner.Plan(set, Revisions, world, Now);
                var wanted = Enumerable.Range(start, replicas).Select(ordinal => $"zk-{ordinal}").ToHashSet();
                // What it deletes of the available and wanted never takes more than maxUnavailable down in all.
                var taken = plan.Delete.Count(pod => wanted.Contains(pod.Metadata.Name) && StatefulSetPlanner.IsAvailable(set, pod, Now));
                Assert.True(taken == 0 || replicas - before + taken <= unavailable, "more down than maxUnavailable");
                Assert.All(plan.Create, item => Assert.DoesNotContain(world, pod => pod.Metadata.Name == $"zk-{item.Ordinal}"));
                Assert.All(plan.Delete, pod => Assert.Null(pod.Metadata.DeletionTimestamp));
                if (!parallel)
                {
                    Assert.True(plan.Create.Length <= 1, "ordered: one at a time");
                    Assert.All(plan.Create, item => Assert.All(Enumerable.Range(start, item.Ordinal - start), earlier => Assert.Contains(world, pod => pod.Metadata.Name == $"zk-{earlier}" && StatefulSetPlanner.IsAvailable(set, pod, Now))));
                }
                if (plan.Create.Length + plan.Delete.Length == 0 && world.All(pod => StatefulSetPlanner.IsAvailable(set, pod, Now)))
                {
                    Assert.Equal(wanted, world.Select(pod => pod.Metadata.Name).ToHashSet());
                    Assert.All(world, pod => Assert.True(StatefulSetPods.Revision(pod) == "new" || StatefulSetPods.Ordinal(set, pod.Metadata.Name) < partition));
                    Assert.Equal(replicas, plan.Status.ReadyReplicas ?? 0);
                    return;
                }
                // Agents: what was being deleted is gone, what ran becomes ready.
                world.RemoveAll(pod => pod.Metadata.DeletionTimestamp is not null);
                world.ForEach(pod => pod.Status = pod.Status.Phase is "Failed" ? pod.Status : Ready());
                foreach (var pod in plan.Delete)
                {
                    pod.Metadata.DeletionTimestamp = Now;
                }
                world.AddRange(plan.Create.Select(item => Pod(item.Ordinal, item.Revision, ready: false)));
            }
            Assert.Fail("it never ended");
        });

    [Fact]
    public void Plan_PodOnALostNode_BlocksItsSuccessor()
    {
        var lost = Pod(1, "new", ready: true);
        lost.Metadata.DeletionTimestamp = Now.AddHours(-1);
        foreach (var parallel in new[] { false, true })
        {
            var plan = StatefulSetPlanner.Plan(Set(2, 0, parallel, 0, 1), Revisions, [Pod(0, "new", ready: true), lost], Now);
            Assert.Equal((0, 0), (plan.Create.Length, plan.Delete.Length));
        }
    }

    [Fact]
    public void Plan_ScaleDown_TakesTheHighestAndWaitsForIt()
    {
        var pods = Enumerable.Range(0, 3).Select(ordinal => Pod(ordinal, "new", ready: true)).ToArray();
        Assert.Equal(["zk-2"], StatefulSetPlanner.Plan(Set(1, 0, false, 0, 1), Revisions, pods, Now).Delete.Select(pod => pod.Metadata.Name));
        pods[2].Metadata.DeletionTimestamp = Now;
        Assert.Empty(StatefulSetPlanner.Plan(Set(1, 0, false, 0, 1), Revisions, pods, Now).Delete);
        Assert.Equal(["zk-1"], StatefulSetPlanner.Plan(Set(1, 0, true, 0, 1), Revisions, pods, Now).Delete.Select(pod => pod.Metadata.Name));
    }

    [Fact]
    public void Plan_OnDelete_LeavesOldPodsAndMakesNewOnes()
    {
        var set = Set(2, 0, false, 0, 1);
        set.Spec.UpdateStrategy = new() { Type = "OnDelete" };
        var plan = StatefulSetPlanner.Plan(set, Revisions, [Pod(0, "old", ready: true)], Now);
        Assert.Equal((0, (1, "new")), (plan.Delete.Length, plan.Create.Single()));
    }

    [Fact]
    public void Plan_RolloutComplete_MakesTheNewRevisionTheCurrentOne()
    {
        var pods = new[] { Pod(0, "new", ready: true), Pod(1, "old", ready: true) };
        var status = StatefulSetPlanner.Plan(Set(2, 0, false, 0, 1), Revisions, pods, Now).Status;
        Assert.Equal(("old", 1, 1), (status.CurrentRevision, status.CurrentReplicas, status.UpdatedReplicas));
        pods[1] = Pod(1, "new", ready: true);
        status = StatefulSetPlanner.Plan(Set(2, 0, false, 0, 1), Revisions, pods, Now).Status;
        Assert.Equal(("new", 2, 2), (status.CurrentRevision, status.CurrentReplicas, status.UpdatedReplicas));
    }

    [Fact]
    public void Plan_MinReadySeconds_HoldsTheNextPodAndSaysWhenToLook()
    {
        var set = Set(2, 0, false, 0, 1);
        set.Spec.MinReadySeconds = 30;
        var plan = StatefulSetPlanner.Plan(set, Revisions, [Pod(0, "new", ready: true)], Now);
        Assert.Equal((0, TimeSpan.FromSeconds(20)), (plan.Create.Length, plan.NextLook));
    }

    [Theory]
    [InlineData("zk-0", 0)]
    [InlineData("zk-12", 12)]
    [InlineData("zk-01", null)]
    [InlineData("zk-x", null)]
    [InlineData("zk-2-0", null)]
    public void Ordinal_OfAName(string name, int? ordinal) => Assert.Equal(ordinal, StatefulSetPods.Ordinal(Set(1, 0, false, 0, 1), name));

    private static int Available(V1StatefulSet set, List<V1Pod> pods) =>
        Enumerable.Range(set.Spec.Ordinals.Start ?? 0, set.Spec.Replicas ?? 0).Count(ordinal => pods.Any(pod => pod.Metadata.Name == $"zk-{ordinal}" && StatefulSetPlanner.IsAvailable(set, pod, Now)));

    private static V1StatefulSet Set(int replicas, int start, bool parallel, int partition, int unavailable) => new()
    {
        Metadata = new() { Name = "zk" },
        Spec = new()
        {
            Replicas = replicas,
            Ordinals = new() { Start = start },
            PodManagementPolicy = parallel ? "Parallel" : "OrderedReady",
            UpdateStrategy = new() { Type = "RollingUpdate", RollingUpdate = new() { Partition = partition, MaxUnavailable = unavailable } },
        },
    };

    private static V1Pod Pod(int ordinal, string revision, bool ready) => new()
    {
        Metadata = new() { Name = $"zk-{ordinal}", Labels = new Dictionary<string, string> { ["controller-revision-hash"] = revision } },
        Status = ready ? Ready() : new() { Phase = "Pending" },
    };

    private static V1PodStatus Ready() => new() { Phase = "Running", Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = Now.AddSeconds(-10) }] };

    private static readonly Gen<V1Pod[]> Pods = Gen.Select(Gen.Int[0, 7], Gen.Bool, Gen.Int[0, 9]).Select((ordinal, old, state) =>
    {
        var pod = Pod(ordinal, old ? "old" : "new", ready: state > 2);
        pod.Metadata.DeletionTimestamp = state == 1 ? Now : null;
        pod.Status.Phase = state == 2 ? "Failed" : pod.Status.Phase;
        return pod;
    }).Array[0, 8];
}
