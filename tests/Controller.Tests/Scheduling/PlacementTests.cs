using k8s.Models;
using Orchestrator.Controller.Scheduling;
using Orchestrator.Controller.Scheduling.Filters;
using Orchestrator.Controller.Scheduling.Scorers;
using Xunit;

namespace Orchestrator.Controller.Tests.Scheduling;

public sealed class PlacementTests
{
    private static readonly Placement Placement = new(
        [
            new UnschedulableFilter(), new ReadyFilter(), new TaintFilter(), new NodeSelectorFilter(),
            new RuntimeClassFilter(name => name == "process" ? new V1RuntimeClass { Handler = "process" } : null), new HostPortFilter(), new ResourceFilter(),
        ],
        [new SpreadScorer(), new LeastAllocatedScorer()]);

    [Fact]
    public void Choose_NoNodes_SaysSo() => Assert.Equal("no nodes available to schedule pods", Placement.Choose(Pod(), []).Explanation);

    [Fact]
    public void Choose_NothingFits_CountsEachReason()
    {
        var nodes = new[]
        {
            Node("small", cpu: "100m"), Node("tiny", cpu: "50m"), Node("cordoned", change: node => node.Spec.Unschedulable = true),
            Node("tainted", change: node => node.Spec.Taints = [new() { Key = "gpu", Value = "only", Effect = "NoSchedule" }]),
            Node("dark", change: node => node.Status.Conditions[0].Status = "Unknown"),
        };
        Assert.Equal(
            "0/5 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint {gpu: only}, 1 node(s) were not ready, 1 node(s) were unschedulable.",
            Placement.Choose(Pod(spec => spec.Containers[0].Resources = Requests("1", "1Mi")), nodes).Explanation);
    }

    [Fact]
    public void Choose_Kin_AreSpread()
    {
        var (one, two) = (Node("one"), Node("two"));
        one.Add(Pod(controller: "rs") with { Uid = "a" });
        Assert.Equal("two", Placement.Choose(Pod(controller: "rs"), [one, two]).Node?.Name);
    }

    [Fact]
    public void Choose_NoKin_TakesTheEmptierNode()
    {
        var (one, two) = (Node("one"), Node("two"));
        one.Add(Pod(spec => spec.Containers[0].Resources = Requests("500m", "1Gi")) with { Uid = "a" });
        Assert.Equal("two", Placement.Choose(Pod(), [one, two]).Node?.Name);
    }

    [Theory]
    [InlineData("zone=a", true)]
    [InlineData("zone=b", false)]
    public void Choose_NodeSelector_Binds(string selector, bool fits)
    {
        var pair = selector.Split('=');
        var choice = Placement.Choose(Pod(spec => spec.NodeSelector = new Dictionary<string, string> { [pair[0]] = pair[1] }), [Node("n", change: node => node.Metadata.Labels = new Dictionary<string, string> { ["zone"] = "a" })]);
        Assert.Equal(fits, choice.Node is not null);
    }

    [Fact]
    public void Choose_HostPort_IsTakenOnce()
    {
        var node = Node("n");
        void Port(V1PodSpec spec) => spec.Containers[0].Ports = [new() { ContainerPort = 80, HostPort = 8080, Protocol = "TCP" }];
        node.Add(Pod(Port) with { Uid = "a" });
        Assert.Contains("free ports", Placement.Choose(Pod(Port), [node]).Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("process", null)]
    [InlineData("gvisor", "does not exist")]
    public void Choose_RuntimeClass_NeedsItsHandler(string name, string? problem)
    {
        var choice = Placement.Choose(Pod(spec => spec.RuntimeClassName = name), [Node("n")]);
        Assert.Equal(problem is null, choice.Node is not null);
        Assert.Contains(problem ?? "", choice.Explanation, StringComparison.Ordinal);
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
    public void Remove_Pod_GivesBackWhatItTook()
    {
        var node = Node("n", cpu: "1");
        var pod = Pod(spec => spec.Containers[0].Resources = Requests("1", "1Gi"));
        node.Add(pod);
        Assert.Null(Placement.Choose(pod with { Uid = "other" }, [node]).Node);
        node.Remove(pod.Uid);
        Assert.Equal(ResourceAmounts.Zero.CpuMillicores, node.Requested.CpuMillicores);
        Assert.NotNull(Placement.Choose(pod, [node]).Node);
    }

    [Fact]
    public void PendingPods_Parked_ComeBackOnlyWhenWokenAndRested()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var pending = new PendingPods();
        var pod = Pod();
        pending.Add(pod);
        Assert.Equal(pod, pending.Take());
        Assert.True(pending.Park(pod, "no room", now));
        Assert.Null(pending.Release(now.AddMinutes(1)));
        Assert.Null(pending.Take());
        pending.Wake();
        Assert.Equal(now.AddSeconds(1), pending.Release(now));
        Assert.Null(pending.Take());
        Assert.Null(pending.Release(now.AddSeconds(1)));
        Assert.Equal(pod, pending.Take());
        Assert.False(pending.Park(pod, "no room", now));
    }

    private static V1ResourceRequirements Requests(string cpu, string memory) =>
        new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory) } };

    private static PodInfo Pod(Action<V1PodSpec>? change = null, string controller = "")
    {
        var spec = new V1PodSpec { Containers = [new() { Name = "c" }], SchedulerName = "default-scheduler" };
        change?.Invoke(spec);
        var owners = controller.Length == 0 ? null : new List<V1OwnerReference> { new() { Controller = true, Uid = controller, Kind = "ReplicaSet", Name = "rs", ApiVersion = "apps/v1" } };
        return PodInfo.Of(new V1Pod { Metadata = new() { Name = "p", NamespaceProperty = "default", Uid = "p", OwnerReferences = owners }, Spec = spec });
    }

    private static NodeInfo Node(string name, string cpu = "2", Action<V1Node>? change = null)
    {
        var node = new V1Node
        {
            Metadata = new() { Name = name },
            Spec = new(),
            Status = new()
            {
                Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new("4Gi"), ["pods"] = new("110") },
                Conditions = [new() { Type = "Ready", Status = "True" }],
                RuntimeHandlers = [new() { Name = "" }, new() { Name = "process" }],
            },
        };
        change?.Invoke(node);
        var info = new NodeInfo(name);
        info.Set(node);
        return info;
    }
}
