using System.Net;
using k8s.Models;
using Orchestrator.Controller.Nodes;
using Orchestrator.Controller.Storage;
using Orchestrator.Model.Scheduling;
using Xunit;

namespace Orchestrator.Controller.Tests.Nodes;

public sealed class NodeRulesTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("True", false, "")]
    [InlineData("False", false, "not-ready:NoSchedule not-ready:NoExecute")]
    [InlineData(null, false, "not-ready:NoSchedule not-ready:NoExecute")]
    [InlineData("Unknown", false, "unreachable:NoSchedule unreachable:NoExecute")]
    [InlineData("True", true, "unschedulable:NoSchedule")]
    public void Wanted_State_GivesItsTaintsAndKeepsOthers(string? ready, bool cordoned, string expected)
    {
        var node = new V1Node { Spec = new() { Unschedulable = cordoned, Taints = [new() { Key = "mine", Effect = "NoSchedule" }, new() { Key = "node.kubernetes.io/not-ready", Effect = "NoSchedule" }] } };
        var taints = NodeTaints.Wanted(node, ready, Now) ?? [.. node.Spec.Taints];
        Assert.Contains(taints, taint => taint.Key == "mine");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
            taints.Where(taint => taint.Key != "mine").Select(taint => $"{taint.Key["node.kubernetes.io/".Length..]}:{taint.Effect}").Order());
        node.Spec.Taints = taints;
        Assert.Null(NodeTaints.Wanted(node, ready, Now));
    }

    [Fact]
    public void Wanted_Pressure_IsATaintUntilItIsOver()
    {
        var node = new V1Node { Spec = new(), Status = new() { Conditions = [new() { Type = "MemoryPressure", Status = "True" }, new() { Type = "DiskPressure", Status = "False" }] } };
        node.Spec.Taints = NodeTaints.Wanted(node, "True", Now);
        Assert.Equal([("node.kubernetes.io/memory-pressure", "NoSchedule")], node.Spec.Taints!.Select(taint => (taint.Key, taint.Effect))); // Wanted ones were set.
        node.Status.Conditions[0].Status = "False";
        Assert.Equal([], NodeTaints.Wanted(node, "True", Now) ?? [new()]);
    }

    [Fact]
    public void MayStay_Tolerations_TheShortestCounts()
    {
        var taints = new[] { new V1Taint { Key = "a", Effect = "NoExecute" }, new V1Taint { Key = "b", Value = "x", Effect = "NoExecute" }, new V1Taint { Key = "c", Effect = "NoSchedule" } };
        Assert.Equal(TimeSpan.Zero, Tolerations.MayStay([new() { Key = "a", OperatorProperty = "Exists" }], taints));
        Assert.Null(Tolerations.MayStay([new() { OperatorProperty = "Exists" }], taints));
        Assert.Equal(TimeSpan.FromSeconds(5), Tolerations.MayStay(
            [new() { Key = "a", OperatorProperty = "Exists", TolerationSeconds = 60 }, new() { Key = "b", Value = "x", TolerationSeconds = 5, Effect = "NoExecute" }], taints));
        Assert.Equal(TimeSpan.Zero, Tolerations.MayStay([new() { Key = "a", OperatorProperty = "Exists" }, new() { Key = "b", Value = "y" }], taints));
    }

    [Fact]
    public void Free_Range_GivesEachNetworkOnce()
    {
        var taken = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            Assert.True(taken.Add(PodNetworkAllocator.Free(IPNetwork.Parse("127.64.0.0/22"), taken)!));
        }
        Assert.Null(PodNetworkAllocator.Free(IPNetwork.Parse("127.64.0.0/22"), taken));
        Assert.Contains("127.64.3.0/24", taken);
    }

    [Fact]
    public void Target_AgeAndCount_BothProtect()
    {
        var now = new DateTimeOffset(Now);
        (DateTimeOffset, long)[] samples = [(now.AddMinutes(-7), 100), (now.AddMinutes(-6), 200), (now.AddMinutes(-1), 900)];
        Assert.Equal(200, Compactor.Target(samples, now, TimeSpan.FromMinutes(5), 1000, 10));
        Assert.Equal(50, Compactor.Target(samples, now, TimeSpan.FromMinutes(5), 1000, 950));
        Assert.Equal(0, Compactor.Target([], now, TimeSpan.FromMinutes(5), 1000, 10));
    }
}
