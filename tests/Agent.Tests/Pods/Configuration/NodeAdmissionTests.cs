using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Agent.Tests.Pods.Configuration;

public sealed class NodeAdmissionTests
{
    private static readonly Dictionary<string, Quantity> Allocatable = new()
    {
        ["cpu"] = Quantity.FromInt64(2), ["memory"] = Quantity.FromBytes(1L << 30), ["pods"] = Quantity.FromInt64(2),
    };

    [Fact]
    public void Judge_Fits_IsNull() => Assert.Null(NodeAdmission.Judge(Pod("a", "1500m"), [Pod("b", "500m")], Allocatable));

    [Fact]
    public void Judge_TooMuchCpu_SaysOutOfcpuInMillis()
    {
        var rejection = NodeAdmission.Judge(Pod("a", "1501m"), [Pod("b", "500m")], Allocatable);
        Assert.Equal("OutOfcpu", rejection?.Reason);
        Assert.EndsWith("cpu, requested: 1501, used: 500, capacity: 2000", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_TooManyPods_SaysOutOfpods() =>
        Assert.Equal("OutOfpods", NodeAdmission.Judge(Pod("a", "0"), [Pod("b", "0"), Pod("c", "0")], Allocatable)?.Reason);

    [Fact]
    public void Judge_LargeInitContainer_CountsAsLargest()
    {
        var pod = Pod("a", "500m");
        pod.Spec.InitContainers = [Pod("i", "3").Spec.Containers[0]];
        Assert.Equal("OutOfcpu", NodeAdmission.Judge(pod, [], Allocatable)?.Reason);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("0.0.0.0", "127.0.0.2", true)]
    public void Judge_HostPortTaken_SaysNodePorts(string one, string other, bool conflict) =>
        Assert.Equal(conflict ? "NodePorts" : null, NodeAdmission.Judge(WithPort("a", one), [WithPort("b", other)], Allocatable)?.Reason);

    private static V1Pod WithPort(string name, string address)
    {
        var pod = Pod(name, "0");
        pod.Spec.Containers[0].Ports = [new() { ContainerPort = 80, HostPort = 80, HostIP = address }];
        return pod;
    }

    private static V1Pod Pod(string name, string cpu)
    {
        var container = Samples.Container("c");
        container.Resources = new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) } };
        return Samples.Pod(name, container);
    }
}
