using System.Text.Json.Nodes;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Model.Tests.Json;

public sealed class JsonPathTests
{
    private static readonly JsonNode Pod = JsonNode.Parse("""
        {"metadata":{"name":"web","labels":{"a.b/c":"x"}},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"},{"type":"Other","status":"False"}]}}
        """)!; // The literal is an object.

    [Theory]
    [InlineData("{.status.phase}", "Running")]
    [InlineData("status.phase", "Running")]
    [InlineData("$.status.conditions[0].type", "Ready")]
    [InlineData("{.status.conditions[-1].type}", "Other")]
    [InlineData("{.status.conditions[?(@.type==\"Other\")].status}", "False")]
    [InlineData("{.metadata.labels['a.b/c']}", "x")]
    [InlineData("{.status.conditions[*].type}", "Ready,Other")]
    [InlineData("{.status.nonesuch}", "")]
    public void Select_FindsValues(string path, string expected) =>
        Assert.Equal(expected, string.Join(',', JsonPath.Parse(path).Select(Pod).Select(node => node?.ToString())));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{.a[}")]
    [InlineData("{.a[?(x)]}")]
    [InlineData("{..a}")]
    public void Parse_Nonsense_IsRefused(string path) => Assert.Throws<FormatException>(() => JsonPath.Parse(path));
}
