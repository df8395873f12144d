using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Agent.Tests.Pods.Status;

public sealed class StatusPatchTests
{
    [Fact]
    public void Build_FieldGone_IsSentAsNullWithTheUid()
    {
        var patch = StatusPatch.Build(
            new() { ["phase"] = "Pending", ["reason"] = "x" }, new() { ["phase"] = "Running" }, Samples.Pod("p"));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{ "metadata": { "uid": "uid-p" }, "status": { "phase": "Running", "reason": null } }"""), patch));
    }

    [Fact]
    public void Addresses_OfASandboxThatWasRebuilt_TakeThePlaceOfTheOldOnes()
    {
        var pod = new V1Pod { Metadata = new() { Name = "p", Uid = "u" }, Status = Status("10.0.0.4") };
        pod.Status.Conditions = [new() { Type = "PodScheduled", Status = "True" }, new() { Type = "Ready", Status = "True" }];
        var patch = StatusPatch.Build(StatusPatch.Tree(pod.Status), StatusPatch.Tree(Status("10.0.0.19")), pod);
        var after = ((V1Pod)ModelJson.Decode(StrategicMergePatch.Apply(ModelJson.ToTree(pod), patch, Catalog.ForType<V1Pod>().Schema), typeof(V1Pod))).Status;
        Assert.Equal("10.0.0.19", after.PodIP);
        Assert.Equal(["10.0.0.19"], after.PodIPs.Select(address => address.Ip));
        Assert.Equal(["192.0.2.1"], after.HostIPs.Select(address => address.Ip));
        // What others say of the pod stays.
        Assert.Equal([("PodScheduled", "True"), ("Ready", "False")], after.Conditions.Select(condition => (condition.Type, condition.Status)));
    }

    private static V1PodStatus Status(string address) => new()
    {
        PodIP = address, PodIPs = [new() { Ip = address }], HostIP = "192.0.2.1", HostIPs = [new() { Ip = "192.0.2.1" }],
        Conditions = [new() { Type = "Ready", Status = "False" }],
    };
}
