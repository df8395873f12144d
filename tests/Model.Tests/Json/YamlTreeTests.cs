using System.Text.Json.Nodes;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Model.Tests.Json;

public sealed class YamlTreeTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 0o17", """{"a":15}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: yes", """{"a":"yes"}""")]
    [InlineData("a: true", """{"a":true}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a: v1.2.3", """{"a":"v1.2.3"}""")]
    [InlineData("a: !!str 5", """{"a":"5"}""")]
    [InlineData("a: &x {b: 1}\nc: *x", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", """{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}""")]
    [InlineData("a: |\n  two\n  lines\n", """{"a":"two\nlines\n"}""")]
    [InlineData("a: 2001-12-14", """{"a":"2001-12-14"}""")]
    public void Parse_Scalars_AreTypedAsKubernetesReadsThem(string yaml, string json) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), Assert.Single(YamlTree.Parse(yaml))), YamlTree.Parse(yaml)[0].ToJsonString());

    [Fact]
    public void Parse_SeveralDocuments_SkipsEmptyOnes() => Assert.Equal(2, YamlTree.Parse("---\na: 1\n---\n# nothing\n---\nb: 2\n").Count);

    [Theory]
    [InlineData("a: [1", "line 2")]
    [InlineData("a: 1\na: 2", "line 2")]
    [InlineData("a: *nowhere", "nowhere")]
    public void Parse_Malformed_SaysWhere(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => YamlTree.Parse(yaml)).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Parse_AliasesThatGrow_AreRefused()
    {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Contains("too large", Assert.Throws<FormatException>(() => YamlTree.Parse(text)).Message, StringComparison.Ordinal);
    }
}
