using System.Text.Json.Nodes;
using CsCheck;
using k8s.Models;
using Orchestrator.Model.Json;
using Orchestrator.Model.Schema;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Manifests;

public sealed class ThreeWayPatchTests
{
    private static readonly TypeSchema Deployment = TypeSchema.For(typeof(V1Deployment));

    [Fact]
    public void Create_NothingChanged_IsEmpty()
    {
        var manifest = Parse("""{"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"web","image":"a"}]}}}}""");
        var live = Parse("""{"spec":{"replicas":3,"revisionHistoryLimit":10,"template":{"spec":{"restartPolicy":"Always","containers":[{"name":"web","image":"a","imagePullPolicy":"Always"}]}}}}""");

        Assert.Empty(ThreeWayPatch.Create(manifest, manifest, live, Deployment));
    }

    [Fact]
    public void Create_FieldNoLongerSaid_IsTakenAway_WhatOthersSetStays()
    {
        var patch = ThreeWayPatch.Create(
            Parse("""{"metadata":{"labels":{"a":"1","b":"2"}}}"""),
            Parse("""{"metadata":{"labels":{"a":"1"}}}"""),
            Parse("""{"metadata":{"labels":{"a":"1","b":"2","others":"3"}}}"""),
            Deployment);

        AssertJson("""{"metadata":{"labels":{"b":null}}}""", patch);
    }

    [Fact]
    public void Create_ContainerChangedAddedAndRemoved_MergesByName()
    {
        var patch = ThreeWayPatch.Create(
            Containers("""{"name":"a","image":"1"},{"name":"b","image":"1"}"""),
            Containers("""{"name":"a","image":"2"},{"name":"c","image":"1"}"""),
            Containers("""{"name":"a","image":"1"},{"name":"b","image":"1"},{"name":"sidecar","image":"1"}"""),
            Deployment);

        AssertJson(
            """
            {"spec":{"template":{"spec":{
              "containers":[{"image":"2","name":"a"},{"name":"c","image":"1"},{"$patch":"delete","name":"b"}],
              "$setElementOrder/containers":[{"name":"a"},{"name":"c"}]}}}}
            """,
            patch);
    }

    [Fact]
    public void Create_SameQuantityWrittenOtherwise_IsNoChange()
    {
        var wanted = Containers("""{"name":"a","resources":{"requests":{"cpu":"0.5","memory":"1024Ki"}}}""");
        var live = Containers("""{"name":"a","resources":{"requests":{"cpu":"500m","memory":"1Mi"}}}""");

        Assert.Empty(ThreeWayPatch.Create(wanted, wanted, live, Deployment));
    }

    [Fact]
    public void Create_AFieldThatIsNotThereYet_ComesWithoutNulls() =>
        AssertJson(
            """{"spec":{"strategy":{"type":"Recreate"}}}""",
            ThreeWayPatch.Create(null, Parse("""{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}"""), Parse("""{"spec":{}}"""), Deployment));

    [Fact]
    public void Create_WithoutSchema_ReplacesLists() =>
        AssertJson(
            """{"spec":{"items":[{"name":"b"}]}}""",
            ThreeWayPatch.Create(Parse("""{"spec":{"items":[{"name":"a"}]}}"""), Parse("""{"spec":{"items":[{"name":"b"}]}}"""), Parse("""{"spec":{"items":[{"name":"a"}]}}"""), null));

    /// <summary>Whatever was applied before and whoever changed it since: after the patch every field of the manifest is as it says, and again there is nothing to do.</summary>
    [Fact]
    public void Create_AppliedByTheServer_GivesWhatTheManifestSays() =>
        Gen.Select(Manifest, Manifest, Manifest).Sample((last, wanted, live) =>
        {
            var patch = ThreeWayPatch.Create(last, wanted, live, Deployment);
            var result = StrategicMergePatch.Apply(live, patch, Deployment);
            var again = ThreeWayPatch.Create(wanted, wanted, result, Deployment);
            return again.Count == 0 && Gone(last, wanted, result);
        });

    private static Gen<JsonObject> Manifest { get; } =
        Gen.Select(
            Gen.Dictionary(OneOf("a", "b", "c"), OneOf("1", "2"))[0, 3],
            Gen.Dictionary(OneOf("x", "y", "z"), OneOf("i1", "i2"))[1, 3],
            Gen.Dictionary(OneOf("E", "F"), OneOf("v", "w"))[0, 2],
            Gen.Int[0, 3])
        .Select(Build);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static JsonObject Build(Dictionary<string, string> labels, Dictionary<string, string> containers, Dictionary<string, string> environment, int replicas)
    {
        JsonArray Variables() => [.. environment.Select(pair => new JsonObject { ["name"] = pair.Key, ["value"] = pair.Value })];
        var list = new JsonArray([.. containers.Select(pair => new JsonObject { ["name"] = pair.Key, ["image"] = pair.Value, ["env"] = Variables() })]);
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject(labels.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = list } },
            },
        };
    }

    /// <summary>Labels and containers that the manifest stopped naming are not there any more.</summary>
    private static bool Gone(JsonObject last, JsonObject wanted, JsonObject result)
    {
        static HashSet<string> Names(JsonObject item) =>
        [
            .. ((JsonObject)item["metadata"]!["labels"]!).Select(pair => "label " + pair.Key), // Every generated manifest has these.
            .. ((JsonArray)item["spec"]!["template"]!["spec"]!["containers"]!).Select(container => "container " + (string?)container!["name"]),
        ];
        var names = Names(result);
        return Names(last).Except(Names(wanted)).All(name => !names.Contains(name));
    }

    private static JsonObject Containers(string items) => Parse("""{"spec":{"template":{"spec":{"containers":[ITEMS]}}}}""".Replace("ITEMS", items, StringComparison.Ordinal));

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!; // Literals of objects.

    private static void AssertJson(string expected, JsonObject actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
}
