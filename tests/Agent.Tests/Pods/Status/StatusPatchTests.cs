using System.Text.Json.Nodes;
using Orchestrator.Agent.Pods.Status;
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
}
