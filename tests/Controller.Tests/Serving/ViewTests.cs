using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

/// <summary>Kinds in a second form: what is written in one is read in the other, and nothing is lost on the way.</summary>
public sealed class ViewTests(TestServer server) : IClassFixture<TestServer>
{
    private const string V1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private const string V2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    private const string NewEvents = "/apis/events.k8s.io/v1/namespaces/default/events";
    private const string CoreEvents = "/api/v1/namespaces/default/events";

    [Fact]
    public async Task AutoscalerV1_Created_HasItsMetricInV2()
    {
        var created = await CreatedAsync(V1, Autoscaler("plain", "\"targetCPUUtilizationPercentage\":60"));
        Assert.Equal(("autoscaling/v1", 60), ((string?)created["apiVersion"], (int?)created["spec"]!["targetCPUUtilizationPercentage"]));
        var stored = (await server.SendAsync(HttpMethod.Get, V2 + "/plain")).Body;
        Assert.Equal("autoscaling/v2", (string?)stored["apiVersion"]);
        Assert.Equal("""[{"resource":{"name":"cpu","target":{"averageUtilization":60,"type":"Utilization"}},"type":"Resource"}]""", stored["spec"]!["metrics"]!.ToJsonString());
        Assert.Null(stored["metadata"]!["annotations"]);
    }

    [Fact]
    public async Task AutoscalerV2_ChangedThroughV1_KeepsWhatV1HasNoFieldFor()
    {
        var created = await CreatedAsync(V2, """
            {"metadata":{"name":"rich","annotations":{"team":"web"}},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"maxReplicas":9,
             "behavior":{"scaleDown":{"stabilizationWindowSeconds":7}},"metrics":[
             {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"100Mi"}}},
             {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]}}
            """);
        var seen = (await server.SendAsync(HttpMethod.Get, V1 + "/rich")).Body;
        Assert.Equal(50, (int?)seen["spec"]!["targetCPUUtilizationPercentage"]);
        Assert.Contains("100Mi", (string?)seen["metadata"]!["annotations"]!["autoscaling.alpha.kubernetes.io/metrics"], StringComparison.Ordinal);

        // Its own controller writes its status meanwhile.
        ((JsonObject)seen["metadata"]!).Remove("resourceVersion");
        seen["spec"]!["maxReplicas"] = 12;
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, V1 + "/rich", seen.ToJsonString())).Code);
        var (code, patched) = await server.SendAsync(HttpMethod.Patch, V1 + "/rich", """{"spec":{"targetCPUUtilizationPercentage":70}}""", "application/strategic-merge-patch+json");
        Assert.Equal((HttpStatusCode.OK, 70), (code, (int?)patched["spec"]!["targetCPUUtilizationPercentage"]));

        var stored = (await server.SendAsync(HttpMethod.Get, V2 + "/rich")).Body;
        Assert.Equal((12, 7), ((int?)stored["spec"]!["maxReplicas"], (int?)stored["spec"]!["behavior"]!["scaleDown"]!["stabilizationWindowSeconds"]));
        Assert.Equal("""{"team":"web"}""", stored["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal(["cpu 70", "memory 100Mi"], stored["spec"]!["metrics"]!.AsArray().Select(metric =>
            $"{metric!["resource"]!["name"]} {metric["resource"]!["target"]!["averageUtilization"] ?? metric["resource"]!["target"]!["averageValue"]}"));
        Assert.Equal((string?)created["metadata"]!["uid"], (string?)stored["metadata"]!["uid"]);
    }

    [Theory]
    [InlineData("""{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":3,"targetCPUUtilizationPercentage":0}""", "spec.targetCPUUtilizationPercentage: Invalid value: 0: must be greater than 0")]
    [InlineData("""{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":"many"}""", "json: cannot unmarshal \"many\" into field spec.maxReplicas")]
    [InlineData("""{"scaleTargetRef":{"kind":"Deployment"},"maxReplicas":3}""", "spec.scaleTargetRef.name: Required value")]
    public async Task AutoscalerV1_Bad_IsRefusedByField(string spec, string message)
    {
        var (code, status) = await server.SendAsync(HttpMethod.Post, V1, $$"""{"metadata":{"name":"bad"},"spec":{{spec}}}""");
        Assert.InRange((int)code, 400, 422);
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AutoscalerV1_BadAnnotation_IsRefusedByName()
    {
        var (code, status) = await server.SendAsync(HttpMethod.Post, V1, """
            {"metadata":{"name":"bad","annotations":{"autoscaling.alpha.kubernetes.io/metrics":"[{"}},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":3}}
            """);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("metadata.annotations[autoscaling.alpha.kubernetes.io/metrics]: Invalid value", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AutoscalerV1_ListedAndDeleted_IsInTheFormAskedFor()
    {
        await CreatedAsync(V2, Autoscaler("listed", "\"minReplicas\":1"));
        var list = (await server.SendAsync(HttpMethod.Get, V1)).Body;
        Assert.Equal("autoscaling/v1", (string?)list["apiVersion"]);
        Assert.All(list["items"]!.AsArray(), item => Assert.Equal("autoscaling/v1", (string?)item!["apiVersion"]));
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Delete, V1 + "/listed")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, V2 + "/listed")).Code);
    }

    [Fact]
    public async Task Event_WrittenInOneGroup_IsReadInTheOther()
    {
        var created = await CreatedAsync(NewEvents, """
            {"metadata":{"name":"seen"},"eventTime":"2026-01-02T03:04:05.123456Z","reportingController":"example.com/door","reportingInstance":"door-1","action":"Opening",
             "reason":"Opened","note":"the door is open","type":"Normal","regarding":{"kind":"Pod","namespace":"default","name":"p"}}
            """);
        Assert.Equal("the door is open", (string?)created["note"]);
        var core = (await server.SendAsync(HttpMethod.Get, CoreEvents + "/seen")).Body;
        Assert.Equal(("the door is open", "example.com/door", "p"), ((string?)core["message"], (string?)core["reportingComponent"], (string?)core["involvedObject"]!["name"]));

        await CreatedAsync(CoreEvents, """
            {"metadata":{"name":"old"},"reason":"Old","message":"of the core group","type":"Warning","count":3,"firstTimestamp":"2026-01-02T03:04:05Z",
             "source":{"component":"agent"},"involvedObject":{"kind":"Pod","namespace":"default","name":"q"}}
            """);
        var found = (await server.SendAsync(HttpMethod.Get, NewEvents + "?fieldSelector=regarding.name%3Dq")).Body["items"]!.AsArray();
        Assert.Equal(("of the core group", 3, "agent"), ((string?)Assert.Single(found)!["note"], (int?)found[0]!["deprecatedCount"], (string?)found[0]!["deprecatedSource"]!["component"]));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Get, NewEvents + "?fieldSelector=involvedObject.name%3Dq")).Code);
    }

    [Fact]
    public async Task Event_WithoutItsRequiredFields_NamesThemAll()
    {
        var (code, status) = await server.SendAsync(HttpMethod.Post, NewEvents, """{"metadata":{"name":"bare"},"regarding":{"kind":"Pod","namespace":"default","name":"p"}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal(["eventTime", "reportingController", "reportingInstance", "action", "reason", "type"],
            status["details"]!["causes"]!.AsArray().Select(cause => (string?)cause!["field"]));
    }

    [Fact]
    public async Task Discovery_NamesBothVersions_PreferringTheStoredOne()
    {
        var group = (await server.SendAsync(HttpMethod.Get, "/apis/autoscaling")).Body;
        Assert.Equal("autoscaling/v2", (string?)group["preferredVersion"]!["groupVersion"]);
        Assert.Equal(["v2", "v1"], group["versions"]!.AsArray().Select(version => (string?)version!["version"]));
        Assert.Equal("io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler", Assert.Single((await server.SendAsync(HttpMethod.Get, "/openapi/v3/apis/autoscaling/v1")).Body["components"]!["schemas"]!.AsObject(),
            schema => schema.Value!["x-kubernetes-group-version-kind"] is not null && !schema.Key.EndsWith("List", StringComparison.Ordinal)).Key);
    }

    [Fact]
    public async Task PriorityClass_SecondDefault_IsRefused()
    {
        const string Classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        await CreatedAsync(Classes, """{"metadata":{"name":"first"},"value":1,"globalDefault":true}""");
        await CreatedAsync(Classes, """{"metadata":{"name":"second"},"value":2}""");
        foreach (var (method, path, body, type) in new[]
        {
            (HttpMethod.Post, Classes, """{"metadata":{"name":"third"},"value":3,"globalDefault":true}""", "application/json"),
            (HttpMethod.Patch, Classes + "/second", """{"globalDefault":true}""", "application/merge-patch+json"),
        })
        {
            var (code, status) = await server.SendAsync(method, path, body, type);
            Assert.Equal(HttpStatusCode.Forbidden, code);
            Assert.Contains("PriorityClass first is already marked as default. Only one default can exist", (string?)status["message"], StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Patch, Classes + "/first", """{"description":"d"}""", "application/merge-patch+json")).Code);
        await server.SendAsync(HttpMethod.Delete, Classes + "/first");
    }

    private async Task<JsonNode> CreatedAsync(string path, string body)
    {
        var (code, item) = await server.SendAsync(HttpMethod.Post, path, body);
        Assert.True(code == HttpStatusCode.Created, item.ToJsonString());
        return item;
    }

    private static string Autoscaler(string name, string more) =>
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"maxReplicas":5,{{{more}}}}}""";
}
