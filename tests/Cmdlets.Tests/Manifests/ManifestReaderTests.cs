using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Manifests;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Parse_YamlOfSeveralDocuments_SkipsEmptyOnes()
    {
        var documents = Read("---\nkind: A\n---\n---\n# nothing\n---\nkind: B\n");

        Assert.Equal(["A", "B"], documents.Select(document => document.Kind));
        Assert.Equal("app.yaml, document 4 (line 7)", documents[1].Source);
    }

    [Fact]
    public void Parse_Json_TakesSeveralValuesInARow() =>
        Assert.Equal(["A", "B"], Read("""{"kind":"A"} {"kind":"B"}""").Select(document => document.Kind));

    [Fact]
    public void Parse_AList_BecomesItsItems()
    {
        var documents = Read("apiVersion: v1\nkind: List\nitems:\n- kind: A\n- kind: ConfigMapList\n  items:\n  - kind: B\n");

        Assert.Equal(["A", "B"], documents.Select(document => document.Kind));
        Assert.Equal("app.yaml, document 1 (line 1), item 2, item 1", documents[1].Source);
    }

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("~", "null")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("0644", "420")]
    [InlineData("0o644", "420")]
    [InlineData("0x1F", "31")]
    [InlineData("089", "89")]
    [InlineData("-7", "-7")]
    [InlineData("1e3", "1000")]
    [InlineData("0.5", "0.5")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("500m", "\"500m\"")]
    [InlineData("2024-01-01", "\"2024-01-01\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("99999999999999999999", "1E+20")]
    public void Parse_PlainScalars_MeanWhatKubectlTakesThemFor(string scalar, string json)
    {
        var value = Read($"kind: A\nvalue: {scalar}\n")[0].Body["value"];

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), value), value?.ToJsonString() ?? "null");
    }

    [Fact]
    public void Parse_AnchorsAndMergeKeys_AreUnfolded()
    {
        var body = Read("kind: A\nbase: &base {x: 1, y: 2}\nother:\n  <<: *base\n  y: 3\n")[0].Body;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"x":1,"y":3}"""), body["other"]));
    }

    [Theory]
    [InlineData("kind: [", "line 2")]
    [InlineData("kind: A\nkind: B", "line 2")]
    [InlineData("- a\n- b", "is not an object")]
    [InlineData("{\"kind\": }", "line 1")]
    [InlineData("{\"kind\": 1, \"kind\": 2}", "twice")]
    [InlineData("a\tb: : c", "line 1")]
    public void Parse_Malformed_NamesFileAndPlace(string text, string expected)
    {
        var error = Assert.Throws<ClusterException>(() => Read(text));

        Assert.Equal("InvalidManifest", error.ErrorId);
        Assert.StartsWith("app.yaml", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AliasesWithoutEnd_AreRefused()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]");

        Assert.Throws<ClusterException>(() => Read("a0: &a0 [x]\n" + string.Join('\n', lines)));
    }

    [Theory]
    [InlineData("kind: A\nmetadata: {name: x}", "apiVersion: Required value")]
    [InlineData("apiVersion: v1\nmetadata: {name: x}", "kind: Required value")]
    [InlineData("apiVersion: v1\nkind: A", "metadata.name: Required value")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata: {name: 5}", "metadata.name: Required value")]
    public void Check_WhatIsMissing_IsNamed(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ClusterException>(() => Read(text)[0].Check()).Message, StringComparison.Ordinal);

    [Fact]
    public void Files_OfAFolder_AreItsManifestsByName()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "b.yml", "a.yaml", "c.json", "readme.md", "deep/d.yaml" })
        {
            folder.Write(name, "");
        }

        Assert.Equal(["a.yaml", "b.yml", "c.json"], ManifestReader.Files(folder.Path, recurse: false).Select(Path.GetFileName));
        Assert.Contains("d.yaml", ManifestReader.Files(folder.Path, recurse: true).Select(Path.GetFileName));
    }

    private static ManifestDocument[] Read(string text) => [.. ManifestReader.Parse(text, "app.yaml")];
}
