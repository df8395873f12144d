using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.DaemonSets;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.DaemonSets;

public sealed class DaemonSetPlannerTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DaemonFit Runs = new(true, true);
    private static readonly DaemonFit Stays = new(false, true);
    private static readonly DaemonFit Goes = new(false, false);

    /// <summary>What the agents do is played here: an empty node gets its pod, an old pod that is granted gets its successor beside it.</summary>
    [Fact]
    public void Plan_AnyStart_StaysInBoundsAtEveryStepAndEnds() =>
        Gen.Select(Gen.Int[1, 4], Gen.Bool, Gen.Int[0, 6].Array[1, 8]).Sample((bound, surges, start) =>
        {
            var set = Set(unavailable: surges ? 0 : bound, surge: surges ? bound : 0);
            DaemonNode[] nodes = [.. start.Select((state, index) => new DaemonNode($"n{index}", state == 6 ? Goes : Runs))];
            var world = start.SelectMany((state, index) => Start(state, $"n{index}")).ToList();
            var desired = nodes.Count(node => node.Fit.ShouldRun);
            for (var step = 0; step < 100; step++)
            {
                var plan = Plan(set, nodes, world);
                var served = Served(nodes, world);
                var taken = nodes.Count(node => node.Fit.ShouldRun && Serves(world, node) && !Serves([.. world.Except(plan.Delete)], node));
                Assert.True(taken == 0 || (surges ? taken == 0 : desired - served + taken <= bound), "more down than maxUnavailable");
                Assert.All(plan.Delete.Concat(plan.Failed), pod => Assert.Null(pod.Metadata.DeletionTimestamp));
                Assert.True(surges || plan.Grant.Length == 0, "no surge, no grant");
                foreach (var pod in plan.Delete.Concat(plan.Failed))
                {
                    pod.Metadata.DeletionTimestamp = Now;
                }
                foreach (var pod in plan.Grant)
                {
                    pod.Metadata.Annotations = new Dictionary<string, string> { [WellKnown.SurgeGrant] = "new" };
                }
                // An old pod that does not serve is replaced without counting.
                var doubled = nodes.Count(node => world.Count(pod => pod.Spec.NodeName == node.Name) > 1 && Serves([.. world.Where(pod => DaemonPods.HashOf(pod) == "old")], node));
                Assert.True(doubled <= (surges ? bound : 0), "more beside each other than maxSurge");
                var idle = plan.Delete.Length + plan.Failed.Length + plan.Grant.Length == 0;
                // Agents: what was being deleted is gone, what ran becomes ready, what lacks is made.
                idle &= world.RemoveAll(pod => pod.Metadata.DeletionTimestamp is not null) == 0;
                foreach (var pod in world.Where(pod => pod.Status.Phase == "Pending" && DaemonPods.HashOf(pod) == "new"))
                {
                    (pod.Status, idle) = (Ready(), false);
                }
                foreach (var node in nodes.Where(node => node.Fit.ShouldRun))
                {
                    var here = world.Where(pod => pod.Spec.NodeName == node.Name).ToArray();
                    if (here.Length == 0 || (here is [var old] && DaemonPods.HashOf(old) == "old" && old.Metadata.Annotations?.ContainsKey(WellKnown.SurgeGrant) == true))
                    {
                        world.Add(Pod(node.Name, "new", "Pending"));
                        idle = false;
                    }
                }
                if (idle)
                {
                    Assert.Equal(nodes.Where(node => node.Fit.ShouldRun).Select(node => node.Name), world.Select(pod => pod.Spec.NodeName).Order());
                    Assert.All(world, pod => Assert.Equal("new", DaemonPods.HashOf(pod)));
                    Assert.Equal((desired, desired, 0), (plan.Status.UpdatedNumberScheduled ?? 0, plan.Status.NumberAvailable ?? 0, plan.Status.NumberUnavailable ?? 0));
                    return;
                }
            }
            Assert.Fail("it never ended");
        });

    [Fact]
    public void Plan_Status_CountsNodes()
    {
        DaemonNode[] nodes = [new("a", Runs), new("b", Runs), new("c", Stays), new("d", Runs)];
        var status = Plan(Set(1, 0), nodes, [Pod("a", "new", "Ready"), Pod("b", "old", "Pending"), Pod("c", "new", "Ready")]).Status;
        Assert.Equal((3, 2, 1, 1), (status.DesiredNumberScheduled, status.CurrentNumberScheduled, status.NumberMisscheduled, status.NumberReady));
        Assert.Equal((1, 1, 2), (status.UpdatedNumberScheduled, status.NumberAvailable, status.NumberUnavailable));
    }

    [Fact]
    public void Plan_OnDelete_LeavesOldPods()
    {
        var set = Set(1, 0);
        set.Spec.UpdateStrategy = new() { Type = "OnDelete" };
        Assert.Empty(Plan(set, [new("a", Runs)], [Pod("a", "old", "Ready")]).Delete);
    }

    [Fact]
    public void Plan_NodeThatMayKeepItsPod_KeepsIt()
    {
        Assert.Empty(Plan(Set(1, 0), [new("a", Stays)], [Pod("a", "new", "Ready")]).Delete);
        Assert.Single(Plan(Set(1, 0), [new("a", Goes)], [Pod("a", "new", "Ready")]).Delete);
    }

    [Fact]
    public void Plan_FailedPod_GoesWhenItsPauseIsOver()
    {
        var failed = Pod("a", "new", "Failed");
        Assert.Equal([failed], Plan(Set(1, 0), [new("a", Runs)], [failed]).Failed);
        var plan = DaemonSetPlanner.Plan(Set(1, 0), "new", [new("a", Runs)], [failed], _ => TimeSpan.FromSeconds(4), Now);
        Assert.Equal((0, TimeSpan.FromSeconds(4)), (plan.Failed.Length, plan.NextLook));
    }

    [Fact]
    public void Plan_SetThatIsDeleted_DeletesNothing()
    {
        var set = Set(1, 0);
        set.Metadata.DeletionTimestamp = Now;
        Assert.Empty(Plan(set, [new("a", Runs)], [Pod("a", "old", "Pending"), Pod("a", "new", "Failed")]).Delete);
    }

    [Theory]
    [InlineData(null, null, true, true)]
    [InlineData("node.kubernetes.io/unschedulable", "NoSchedule", true, true)]
    [InlineData("node.kubernetes.io/not-ready", "NoExecute", true, true)]
    [InlineData("node.kubernetes.io/not-ready", "NoSchedule", true, true)]
    [InlineData("node.kubernetes.io/network-unavailable", "NoSchedule", false, true)]
    [InlineData("gpu", "NoSchedule", false, true)]
    [InlineData("gpu", "PreferNoSchedule", true, true)]
    [InlineData("gpu", "NoExecute", false, false)]
    public void Judge_Taint_DecidesWhoRunsAndWhoStays(string? key, string? effect, bool runs, bool stays)
    {
        var node = new V1Node { Metadata = new() { Name = "a" }, Spec = new() { Taints = key is null ? null : [new() { Key = key, Effect = effect }] } };
        Assert.Equal(new DaemonFit(runs, stays), DaemonPlacement.Judge(new V1PodSpec(), node));
    }

    [Fact]
    public void Hash_MapsInAnotherOrder_IsTheSame()
    {
        static V1PodTemplateSpec Template(params string[] labels) => new() { Metadata = new() { Labels = labels.ToDictionary(name => name) } };
        Assert.Equal(DaemonPods.Hash(Template("a", "b")), DaemonPods.Hash(Template("b", "a")));
        Assert.NotEqual(DaemonPods.Hash(Template("a")), DaemonPods.Hash(Template("b")));
    }

    private static DaemonSetPlan Plan(V1DaemonSet set, DaemonNode[] nodes, IReadOnlyCollection<V1Pod> pods) =>
        DaemonSetPlanner.Plan(set, "new", nodes, pods, _ => TimeSpan.Zero, Now);

    private static int Served(DaemonNode[] nodes, List<V1Pod> world) => nodes.Count(node => node.Fit.ShouldRun && Serves(world, node));

    private static bool Serves(List<V1Pod> world, DaemonNode node) =>
        world.Any(pod => pod.Spec.NodeName == node.Name && pod.Metadata.DeletionTimestamp is null && DaemonSetPlanner.IsAvailable(Set(1, 0), pod, Now));

    private static IEnumerable<V1Pod> Start(int state, string node)
    {
        switch (state)
        {
            case 1:
                yield return Pod(node, "old", "Pending");
                break;
            case 2:
                yield return Pod(node, "new", "Ready");
                break;
            case 3:
                yield return Pod(node, "old", "Failed");
                break;
            case 4:
                var gone = Pod(node, "old", "Ready");
                gone.Metadata.DeletionTimestamp = Now;
                yield return gone;
                break;
            case 5 or 6:
                yield return Pod(node, "old", "Ready");
                break;
        }
    }

    private static V1DaemonSet Set(int unavailable, int surge) => new()
    {
        Metadata = new() { Name = "ds", Uid = "u" },
        Spec = new() { UpdateStrategy = new() { Type = "RollingUpdate", RollingUpdate = new() { MaxUnavailable = unavailable, MaxSurge = surge } } },
    };

    private static V1Pod Pod(string node, string hash, string state) => new()
    {
        Metadata = new() { Name = $"ds-{node}-{hash}", Labels = new Dictionary<string, string> { [WellKnown.RevisionHash] = hash } },
        Spec = new() { NodeName = node },
        Status = state == "Ready" ? Ready() : new() { Phase = state },
    };

    private static V1PodStatus Ready() => new() { Phase = "Running", Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = Now.AddSeconds(-10) }] };
}
