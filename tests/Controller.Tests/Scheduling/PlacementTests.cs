using k8s.Models;
using Orchestrator.Controller.Scheduling;
using Xunit;
using static Orchestrator.Controller.Tests.Scheduling.TestScheduling;

namespace Orchestrator.Controller.Tests.Scheduling;

public sealed class PlacementTests
{
    private readonly TestScheduling _cluster = new();

    [Fact]
    public void Choose_NoNodes_SaysSo() => Assert.Equal("no nodes available to schedule pods", _cluster.Explain(Class()));

    [Fact]
    public void Choose_NothingFits_CountsEachReason()
    {
        _cluster.Node("small", cpu: "100m");
        _cluster.Node("tiny", cpu: "50m");
        _cluster.Node("cordoned", change: node => node.Spec.Unschedulable = true);
        _cluster.Node("tainted", change: node => node.Spec.Taints = [new() { Key = "gpu", Value = "only", Effect = "NoSchedule" }]);
        _cluster.Node("dark", change: node => node.Status.Conditions[0].Status = "Unknown");
        var pod = Class(spec => spec.Containers[0].Resources = Requests("1", "1Mi"));
        Assert.Null(_cluster.Choose(pod));
        Assert.Equal(
            "0/5 nodes are available: 1 node(s) had untolerated taint {gpu: only}, 1 node(s) were not ready, 1 node(s) were unschedulable, 2 Insufficient cpu.",
            _cluster.Explain(pod));
    }

    [Fact]
    public void Choose_Kin_AreSpread()
    {
        _cluster.Node("one");
        _cluster.Node("two");
        var pod = Class(controller: "rs");
        _cluster.Put("one", pod);
        Assert.Equal("two", _cluster.Choose(pod));
    }

    [Theory]
    [InlineData(false, "two")]
    [InlineData(true, "one")]
    public void Choose_NoKin_TakesTheEmptierNodeOrPacks(bool packs, string expected)
    {
        var cluster = new TestScheduling(new SchedulerOptions { PacksNodes = packs });
        cluster.Node("one");
        cluster.Node("two");
        cluster.Put("one", Class(spec => spec.Containers[0].Resources = Requests("500m", "1Gi")));
        Assert.Equal(expected, cluster.Choose(Class(spec => spec.Containers[0].Resources = Requests("100m", "200Mi"))));
    }

    [Theory]
    [InlineData("zone=a", true)]
    [InlineData("zone=b", false)]
    public void Choose_NodeSelector_Binds(string selector, bool fits)
    {
        _cluster.Node("n", labels: "zone=a");
        var pair = selector.Split('=');
        Assert.Equal(fits, _cluster.Choose(Class(spec => spec.NodeSelector = new Dictionary<string, string> { [pair[0]] = pair[1] })) is not null);
    }

    [Fact]
    public void Choose_HostPort_IsTakenOnce()
    {
        _cluster.Node("n");
        var pod = Class(spec => spec.Containers[0].Ports = [new() { ContainerPort = 80, HostPort = 8080, Protocol = "TCP" }]);
        _cluster.Put("n", pod);
        Assert.Contains("free ports", _cluster.Explain(pod), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("process", null)]
    [InlineData("gvisor", "does not exist")]
    public void Choose_RuntimeClass_NeedsItsHandler(string name, string? problem)
    {
        _cluster.Node("n");
        var pod = Class(spec => spec.RuntimeClassName = name);
        Assert.Equal(problem is null, _cluster.Choose(pod) is not null);
        Assert.Contains(problem ?? "", _cluster.Explain(pod), StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_PreferredNodeAffinity_BeatsASlightlyEmptierNode()
    {
        _cluster.Node("plain");
        _cluster.Node("fast", labels: "disk=ssd");
        _cluster.Put("fast", Class(spec => spec.Containers[0].Resources = Requests("100m", "100Mi")));
        Assert.Equal("fast", _cluster.Choose(Class(spec => spec.Affinity = new()
        {
            NodeAffinity = new()
            {
                PreferredDuringSchedulingIgnoredDuringExecution =
                    [new() { Weight = 50, Preference = new() { MatchExpressions = [new() { Key = "disk", OperatorProperty = "In", Values = ["ssd"] }] } }],
            },
        })));
    }

    [Fact]
    public void Choose_PreferNoSchedule_IsAvoidedWhileThereIsAnother()
    {
        _cluster.Node("avoid", change: node => node.Spec.Taints = [new() { Key = "old", Effect = "PreferNoSchedule" }]);
        Assert.Equal("avoid", _cluster.Choose(Class()));
        _cluster.Node("good");
        _cluster.Put("good", Class(spec => spec.Containers[0].Resources = Requests("200m", "200Mi")));
        Assert.Equal("good", _cluster.Choose(Class()));
    }

    [Fact]
    public void Choose_ImageThere_IsPreferredAmongEquals()
    {
        _cluster.Node("without");
        _cluster.Node("with", change: node => node.Status.Images = [new() { Names = ["shop/web:1"], SizeBytes = 900 << 20 }]);
        Assert.Equal("with", _cluster.Choose(Class(spec => spec.Containers[0].Image = "shop/web:1")));
    }

    [Fact]
    public void Choose_Nominated_KeepsTheirRoomFromThoseNoMoreUrgent()
    {
        _cluster.Node("n", cpu: "1");
        var urgent = Class(spec => (spec.Priority, spec.Containers[0].Resources) = (100, Requests("1", "1Mi")));
        _cluster.Engine.State.Nominate(new(new("pods", "default", "urgent"), "urgent", urgent, "", false), "n");
        Assert.Null(_cluster.Choose(Class(spec => spec.Containers[0].Resources = Requests("500m", "1Mi"))));
        Assert.Equal("n", _cluster.Choose(Class(spec => (spec.Priority, spec.Containers[0].Resources) = (200, Requests("500m", "1Mi")))));
        _cluster.Engine.State.Unnominate("urgent");
        Assert.Equal("n", _cluster.Choose(urgent));
    }

    [Fact]
    public void OfPod_InitContainersAndSidecars_CountAsDocumented()
    {
        var amounts = ResourceAmounts.OfPod(new V1PodSpec
        {
            InitContainers =
            [
                new() { Name = "side", RestartPolicy = "Always", Resources = Requests("100m", "10Mi") },
                new() { Name = "init", Resources = Requests("900m", "1Mi") },
            ],
            Containers = [new() { Name = "a", Resources = Requests("200m", "20Mi") }, new() { Name = "b", Resources = Requests("300m", "30Mi") }],
        });
        // CPU: the init step with the sidecar (1000m) beats the containers with it (600m); memory the other way round.
        Assert.Equal((1000, 60L * 1024 * 1024), (amounts.CpuMillicores, amounts.MemoryBytes));
    }

    [Fact]
    public void Forget_Pod_GivesBackWhatItTook()
    {
        var node = _cluster.Node("n", cpu: "1");
        var pod = Class(spec => spec.Containers[0].Resources = Requests("1", "1Gi"));
        var placed = _cluster.Put("n", pod);
        Assert.Null(_cluster.Choose(pod));
        _cluster.Engine.State.Forget(placed.Key);
        Assert.Equal(ResourceAmounts.Zero.CpuMillicores, node.Requested.CpuMillicores);
        Assert.Equal("n", _cluster.Choose(pod));
    }
}
