using System.Text.Json.Nodes;
using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Admission.Fields;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Controller.Tests.Admission.Fields;

public sealed class FieldTrackingTests
{
    private static readonly ResourceKind Deployments = Catalog.ForType<V1Deployment>();
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Created_OwnsWhatIsSet_ByTheKeysOfLists()
    {
        var tree = Tree("""
            {"metadata":{"name":"web","labels":{"a":"1"}},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"args":["x"]}]}}}}
            """);
        FieldTracking.Created(tree, new(), new("kubectl-create", FieldManager.Update, "apps/v1", ""), Deployments.Schema, Now);
        var entry = Assert.Single(tree["metadata"]!["managedFields"]!.AsArray())!;
        Assert.Equal(("kubectl-create", "Update", "FieldsV1", "2026-01-01T00:00:00Z"), ((string?)entry["manager"], (string?)entry["operation"], (string?)entry["fieldsType"], (string?)entry["time"]));
        Assert.Equal(
            """
            {"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:replicas":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:args":{},"f:image":{},"f:name":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}
            """,
            System.Text.Encoding.UTF8.GetString(ModelJson.Encode(entry["fieldsV1"]!)));
    }

    [Fact]
    public void Applied_OthersField_ConflictsAndIsTakenByForce()
    {
        var live = Apply([], """{"spec":{"replicas":1,"paused":true}}""", "one");
        var problem = Assert.Throws<ApiException>(() => Apply(live, """{"spec":{"replicas":5}}""", "two"));
        Assert.Equal((409, StatusReason.Conflict, "Apply failed with 1 conflict: conflict with \"one\": .spec.replicas"), (problem.Code, problem.Reason, problem.Message));
        Assert.Equal(("FieldManagerConflict", ".spec.replicas"), (problem.Causes[0].Reason, problem.Causes[0].Field));

        var forced = Apply(live, """{"spec":{"replicas":5}}""", "two", force: true);
        Assert.Equal(5, (int)forced["spec"]!["replicas"]!);
        Assert.Equal("""{"f:spec":{"f:paused":{}}}""", Fields(forced, "one"));
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(forced, "two"));
        // The same value is shared without a conflict.
        Assert.Equal(Fields(live, "one"), Fields(Apply(live, """{"spec":{"replicas":1}}""", "two"), "one"));
    }

    [Fact]
    public void Applied_WithoutAFieldOfBefore_RemovesItUnlessSomebodyElseHasIt()
    {
        var live = Apply([], """{"metadata":{"labels":{"a":"1","b":"1"}},"spec":{"replicas":3}}""", "one");
        live = Apply(live, """{"metadata":{"labels":{"b":"1"}}}""", "two");
        live = Apply(live, "{}", "one");
        Assert.Equal("""{"labels":{"b":"1"}}""", Without(live["metadata"]!.AsObject(), "managedFields").ToJsonString());
        Assert.Null(live["spec"]);
        live = Apply(live, "{}", "two");
        Assert.Null(live["metadata"]!["labels"]);
    }

    [Fact]
    public void Applied_ListsByKey_MergeItemsAndRemoveOwn()
    {
        var live = Apply([], """{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}}}}""", "one");
        live = Apply(live, """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"2"},{"name":"a","command":["x"]}]}}}}""", "two");
        Assert.Equal(["c", "a", "b"], Names(live));
        Assert.Equal("""{"name":"a","image":"1","command":["x"]}""", live["spec"]!["template"]!["spec"]!["containers"]![1]!.ToJsonString());
        live = Apply(live, """{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"1"}]}}}}""", "one");
        Assert.Equal(["c", "a"], Names(live));
        live = Apply(live, """{"spec":{"template":{"spec":{"containers":[{"name":"a","command":["x"]}]}}}}""", "two");
        Assert.Equal(["a"], Names(live));
    }

    [Fact]
    public void Applied_AtomicValues_AreOnesAsAWhole()
    {
        var live = Apply([], """{"spec":{"selector":{"matchLabels":{"a":"1"}}}}""", "one");
        Assert.Equal("""{"f:spec":{"f:selector":{}}}""", Fields(live, "one"));
        Assert.Contains(".spec.selector", Assert.Throws<ApiException>(() => Apply(live, """{"spec":{"selector":{"matchLabels":{"b":"1"}}}}""", "two")).Message, StringComparison.Ordinal);
        live = Apply(live, """{"spec":{"selector":{"matchLabels":{"b":"1"}}}}""", "one");
        Assert.Equal("""{"matchLabels":{"b":"1"}}""", live["spec"]!["selector"]!.ToJsonString());
    }

    [Fact]
    public void Updated_TakesWhatItChanges_AndAnApplyThenConflicts()
    {
        var live = Apply([], """{"spec":{"replicas":1,"paused":true}}""", "one");
        var tree = (JsonObject)live.DeepClone();
        tree["spec"]!["replicas"] = 7;
        FieldTracking.Updated(live, tree, null, new("kubectl-edit", FieldManager.Update, "apps/v1", ""), Deployments.Schema, Now);
        Assert.Equal("""{"f:spec":{"f:paused":{}}}""", Fields(tree, "one"));
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(tree, "kubectl-edit"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1 at 2026-01-01T00:00:00Z: .spec.replicas",
            Assert.Throws<ApiException>(() => Apply(tree, """{"spec":{"replicas":1,"paused":true}}""", "one")).Message);
        var removed = (JsonObject)tree.DeepClone();
        removed["spec"]!.AsObject().Remove("paused");
        FieldTracking.Updated(tree, removed, null, new("kubectl-edit", FieldManager.Update, "apps/v1", ""), Deployments.Schema, Now);
        Assert.Null(Fields(removed, "one"));
    }

    [Fact]
    public void Applied_ToWhatNobodyApplied_TheOldFieldsAreOfBefore()
    {
        var live = Apply(Tree("""{"metadata":{"name":"web"},"spec":{"replicas":1}}"""), """{"spec":{"paused":true}}""", "one");
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(live, FieldManager.BeforeFirstApply));
        Assert.Contains("before-first-apply", Assert.Throws<ApiException>(() => Apply(live, """{"spec":{"replicas":2}}""", "one")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Updated_ManagersThatTheWriterGives_AreStartedFrom_AndAnEmptyOneStartsAnew()
    {
        var live = Apply([], """{"spec":{"replicas":1}}""", "one");
        var given = live["metadata"]!["managedFields"]!.DeepClone();
        given[0]!["manager"] = "renamed";
        var tree = (JsonObject)live.DeepClone();
        FieldTracking.Updated(live, tree, given, new("k", FieldManager.Update, "apps/v1", ""), Deployments.Schema, Now);
        Assert.Equal(Fields(live, "one"), Fields(tree, "renamed"));
        FieldTracking.Updated(live, tree, new JsonArray(new JsonObject()), new("k", FieldManager.Update, "apps/v1", ""), Deployments.Schema, Now);
        Assert.Null(tree["metadata"]!["managedFields"]);
    }

    [Fact]
    public void Applied_AnyOrderOfAnyConfigurations_TheObjectIsTheUnionOfWhatIsApplied()
    {
        var config = Gen.Dictionary(Gen.Char['a', 'e'].Select(c => c.ToString()), Gen.Int[0, 1])[0, 4];
        Gen.Select(Gen.Int[1, 3].Select(number => $"m{number}"), config).Array[1, 8].Sample(steps =>
        {
            JsonObject live = [];
            var last = new Dictionary<string, Dictionary<string, int>>();
            foreach (var (manager, values) in steps)
            {
                var wanted = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)))) } };
                live = FieldTracking.Applied(live, wanted, new(manager, FieldManager.Apply, "apps/v1", ""), force: true, Deployments.Schema, Deployments, Now);
                last[manager] = values;
                foreach (var other in last.Keys.Where(name => name != manager))
                {
                    // What was forced is no longer the other's.
                    last[other] = last[other].Where(pair => !values.TryGetValue(pair.Key, out var mine) || mine == pair.Value).ToDictionary();
                }
                var expected = last.Values.SelectMany(map => map).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value);
                var labels = (live["metadata"]?["labels"] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => int.Parse((string)pair.Value!, System.Globalization.CultureInfo.InvariantCulture));
                if (!expected.OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual(labels.OrderBy(pair => pair.Key, StringComparer.Ordinal)))
                {
                    return false;
                }
            }
            return true;
        });
    }

    private static JsonObject Apply(JsonObject live, string configuration, string manager, bool force = false) =>
        FieldTracking.Applied(live, Tree(configuration), new(manager, FieldManager.Apply, "apps/v1", ""), force, Deployments.Schema, Deployments, Now);

    private static string? Fields(JsonObject tree, string manager) =>
        (tree["metadata"]?["managedFields"] as JsonArray)?.SingleOrDefault(item => (string?)item!["manager"] == manager)?["fieldsV1"]!.ToJsonString();

    private static IEnumerable<string?> Names(JsonObject tree) => tree["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(item => (string?)item!["name"]);

    private static JsonObject Without(JsonObject tree, string field)
    {
        var result = (JsonObject)tree.DeepClone();
        result.Remove(field);
        return result;
    }

    private static JsonObject Tree(string json) => JsonTree.ParseObject(System.Text.Encoding.UTF8.GetBytes(json));
}
