using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Resources;

public sealed class WaitConditionTests
{
    [Theory]
    [InlineData("condition=Ready", true)]
    [InlineData("condition=ready=true", true)]
    [InlineData("condition=Ready=False", false)]
    [InlineData("condition=Nonesuch", false)]
    [InlineData("jsonpath={.status.phase}=Running", true)]
    [InlineData("jsonpath={.status.phase}=Pending", false)]
    [InlineData("jsonpath=.status.phase", true)]
    [InlineData("jsonpath={.status.restarts}=2", true)]
    [InlineData("create", true)]
    [InlineData("delete", false)]
    public void Holds_OnAnObject(string text, bool expected) =>
        Assert.Equal(expected, WaitCondition.Parse(text).Holds(Parse("""{"status":{"phase":"Running","restarts":2,"conditions":[{"type":"Ready","status":"True"}]}}""")));

    [Theory]
    [InlineData("delete", true)]
    [InlineData("create", false)]
    [InlineData("condition=Ready", false)]
    public void Holds_OnNothing(string text, bool expected) => Assert.Equal(expected, WaitCondition.Parse(text).Holds(null));

    [Fact]
    public void Holds_AConditionOfAnOlderGeneration_DoesNotCount() =>
        Assert.False(WaitCondition.Parse("condition=Available").Holds(Parse(
            """{"metadata":{"generation":3},"status":{"observedGeneration":2,"conditions":[{"type":"Available","status":"True"}]}}""")));

    [Theory]
    [InlineData("ready")]
    [InlineData("condition=")]
    [InlineData("delete=x")]
    public void Parse_Nonsense_IsRefused(string text) => Assert.Throws<ClusterException>(() => WaitCondition.Parse(text));

    private static JsonObject? Parse(string json) => JsonNode.Parse(json) as JsonObject;
}
