using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Schema;
using Xunit;

namespace Orchestrator.Model.Tests.Json;

/// <summary>Each folder under Golden/patches is a case: kind of patch in its name, input, patch and expected in files.</summary>
public sealed class PatchTests
{
    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Golden).Select(folder => Path.GetFileName(folder)!)];

    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Golden", "patches");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_GoldenCase_GivesExpected(string name)
    {
        var (input, patch, expected) = (Read(name, "input.json"), Read(name, "patch.json"), Read(name, "expected.json"));
        var result = name.Split('-')[0] switch
        {
            "json" => JsonPatch.Apply(input, patch!.AsArray()),
            "merge" => MergePatch.Apply(input, patch),
            "strategic" => StrategicMergePatch.Apply(input!.AsObject(), patch!.AsObject(), TypeSchema.For(typeof(V1Deployment))),
            var other => throw new InvalidOperationException(other),
        };
        Assert.True(JsonNode.DeepEquals(expected, result), $"expected {expected?.ToJsonString()}{Environment.NewLine}got      {result?.ToJsonString()}");
    }

    [Theory]
    [InlineData("""[{"op":"remove","path":"/missing"}]""", "/missing")]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", "/a")]
    [InlineData("""[{"op":"shift","path":"/a"}]""", "shift")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""", "'/'")]
    [InlineData("""[{"op":"add","path":"/list/9","value":1}]""", "/list/9")]
    [InlineData("""[{"op":"add","path":"/a"}]""", "value")]
    [InlineData("""[{"op":"move","from":"/list","path":"/list/0"}]""", "itself")]
    public void JsonPatch_Wrong_NamesWhatIsWrong(string patch, string expected)
    {
        var input = JsonNode.Parse("""{"a":1,"list":[1]}""");
        var problem = Assert.Throws<ApiException>(() => JsonPatch.Apply(input, JsonNode.Parse(patch)!.AsArray()));
        Assert.Equal(StatusReason.BadRequest, problem.Reason);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Equal("""{"a":1,"list":[1]}""", input!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"$patch":"explode"}""", "explode")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}""", "merge key \"name\"")]
    public void StrategicMergePatch_Wrong_NamesWhatIsWrong(string patch, string expected)
    {
        var problem = Assert.Throws<ApiException>(() => StrategicMergePatch.Apply([], JsonNode.Parse(patch)!.AsObject(), TypeSchema.For(typeof(V1Deployment))));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MergePatch_OfDifference_MakesTheOther() => Gen.Select(Trees, Trees).Sample((left, right) =>
        JsonNode.DeepEquals(right, MergePatch.Apply(left, Difference(left, right))));

    [Fact]
    public void MergePatch_Twice_IsAsOnce() => Gen.Select(Trees, Trees).Sample((target, patch) =>
    {
        var once = MergePatch.Apply(target, patch);
        return JsonNode.DeepEquals(once, MergePatch.Apply(once, patch));
    });

    private static JsonNode? Read(string name, string file) => JsonTree.Parse(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(Golden, name, file))));

    private static JsonObject Difference(JsonObject left, JsonObject right)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in left.Where(pair => !right.ContainsKey(pair.Key)))
        {
            patch[name] = null;
        }
        foreach (var (name, value) in right)
        {
            patch[name] = value is JsonObject after && left[name] is JsonObject before ? Difference(before, after) : value?.DeepClone();
        }
        return patch;
    }

    private static readonly Gen<string> Names = Gen.OneOf("a", "b", "c");
    private static readonly Gen<JsonNode> Leaves = Gen.OneOf(Gen.Int[0, 3].Select(n => (JsonNode)n), Gen.OneOf("x", "y").Select(s => (JsonNode)s), Gen.Int[0, 2].Select(n => (JsonNode)new JsonArray(n)));
    private static readonly Gen<JsonObject> Trees = Gen.Recursive<JsonObject>((depth, inner) =>
        Gen.Dictionary(Names, depth < 3 ? Gen.OneOf(Leaves, inner.Select(tree => (JsonNode)tree)) : Leaves)[0, 3]
            .Select(map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())))));
}
