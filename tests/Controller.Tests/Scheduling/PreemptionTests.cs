using Orchestrator.Controller.Scheduling;
using Orchestrator.Controller.Scheduling.Preempting;
using Xunit;
using static Orchestrator.Controller.Tests.Scheduling.TestScheduling;

namespace Orchestrator.Controller.Tests.Scheduling;

public sealed class PreemptionTests
{
    private readonly TestScheduling _cluster = new();
    private readonly HashSet<PodInfo> _protected = [];

    [Fact]
    public void Plan_LessUrgentInTheWay_TakesAsFewAsItNeeds()
    {
        _cluster.Node("n", cpu: "1");
        var (small, large) = (_cluster.Put("n", Sized("300m")), _cluster.Put("n", Sized("600m")));
        var plan = Plan(Sized("500m", 10));
        Assert.Equal(("n", large), (plan?.Node.Name, Assert.Single(plan!.Victims))); // Just seen.
        Assert.NotEqual(small, plan.Victims[0]);
    }

    [Fact]
    public void Plan_OnlyEqualsInTheWay_IsNone()
    {
        _cluster.Node("n", cpu: "1");
        _cluster.Put("n", Sized("600m", 10));
        Assert.Null(Plan(Sized("500m", 10)));
    }

    [Fact]
    public void Plan_PolicyNever_IsNone()
    {
        _cluster.Node("n", cpu: "1");
        _cluster.Put("n", Sized("600m"));
        Assert.Null(Plan(Class(spec => (spec.Priority, spec.PreemptionPolicy, spec.Containers[0].Resources) = (10, "Never", Requests("500m", "1Mi")))));
    }

    [Fact]
    public void Plan_SeveralNodes_TakesTheLeastUrgentVictims()
    {
        _cluster.Node("a", cpu: "1");
        _cluster.Node("b", cpu: "1");
        _cluster.Put("a", Sized("800m", 5));
        _cluster.Put("b", Sized("800m", 1));
        Assert.Equal("b", Plan(Sized("500m", 10))?.Node.Name);
    }

    [Fact]
    public void Plan_Budget_IsBrokenOnlyWhereNothingElseHelps()
    {
        _cluster.Node("a", cpu: "1");
        _cluster.Node("b", cpu: "1");
        _protected.Add(_cluster.Put("a", Sized("800m", 1)));
        _cluster.Put("b", Sized("800m", 5));
        Assert.Equal("b", Plan(Sized("500m", 10))?.Node.Name);
        _cluster.Node("b", cpu: "1", change: node => node.Spec.Unschedulable = true);
        Assert.Equal("a", Plan(Sized("500m", 10))?.Node.Name);
    }

    [Fact]
    public void Plan_AntiAffinityInTheWay_IsMadeToGo()
    {
        _cluster.Node("n");
        var victim = _cluster.Put("n", Class(labels: "app=noisy"));
        var pod = Class(spec =>
        {
            spec.Priority = 10;
            spec.Affinity = new() { PodAntiAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term("kubernetes.io/hostname", "app=noisy")] } };
        });
        Assert.Equal([victim], Plan(pod)?.Victims);
    }

    [Fact]
    public void Plan_NodeThatNobodysGoingHelps_IsNotCleared()
    {
        _cluster.Node("n", change: node => node.Spec.Taints = [new() { Key = "gpu", Effect = "NoSchedule" }]);
        _cluster.Put("n", Sized("600m"));
        Assert.Null(Plan(Sized("500m", 10)));
    }

    [Fact]
    public void Plan_AlreadyBeingCleared_WaitsForThatOnly()
    {
        _cluster.Node("n", cpu: "1");
        _cluster.Put("n", Sized("300m"));
        _cluster.Put("n", Sized("600m"), terminating: true);
        var pod = new PodInfo(new("pods", "default", "p"), "p", Sized("500m", 10), "", false) { NominatedNode = "n" };
        Assert.Null(_cluster.Engine.Preemption.Plan(pod, _ => _protected, _ => DateTime.MinValue));
    }

    [Fact]
    public void Plan_Any_LeavesThePictureAsItWas()
    {
        var node = _cluster.Node("n", cpu: "1");
        _cluster.Put("n", Sized("300m"));
        _cluster.Put("n", Sized("600m"));
        var before = (node.Requested.CpuMillicores, node.PodCount);
        Assert.NotNull(Plan(Sized("500m", 10)));
        Assert.Equal(before, (node.Requested.CpuMillicores, node.PodCount));
        Assert.Null(_cluster.Choose(Sized("500m", 10)));
    }

    private PreemptionPlan? Plan(PodClass pod) => _cluster.Engine.Preemption.Plan(
        new(new("pods", "default", "p"), "p", pod, "", false), pods => pods.Where(_protected.Contains).ToHashSet(), _ => DateTime.MinValue);

    private static PodClass Sized(string cpu, int priority = 0) => Class(spec => (spec.Priority, spec.Containers[0].Resources) = (priority, Requests(cpu, "1Mi")));
}
