using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

public sealed class ObjectLifecycleTests(TestServer server) : IClassFixture<TestServer>
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Create_ConfigMap_SetsWhatTheServerSets()
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"created","labels":{"a":"b"}},"data":{"k":"v"}}""");
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal(("ConfigMap", "v1", "default"), ((string?)body["kind"], (string?)body["apiVersion"], (string?)body["metadata"]!["namespace"]));
        Assert.True(Guid.TryParse((string?)body["metadata"]!["uid"], out _));
        Assert.True(long.Parse((string)body["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.EndsWith("Z", (string?)body["metadata"]!["creationTimestamp"], StringComparison.Ordinal);
        var (again, status) = await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"created"}}""");
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists", "configmaps \"created\" already exists"), (again, (string?)status["reason"], (string?)status["message"]));
    }

    [Fact]
    public async Task Create_GenerateName_MakesAName()
    {
        var (_, body) = await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"generateName":"made-"}}""");
        Assert.Matches("^made-[a-z0-9]{5}$", (string?)body["metadata"]!["name"]);
    }

    [Theory]
    [InlineData("""{"metadata":{}}""", 422, "metadata.name: Required value")]
    [InlineData("""{"metadata":{"name":"Not_Valid"}}""", 422, "metadata.name: Invalid value: \"Not_Valid\"")]
    [InlineData("""{"metadata":{"name":"x","labels":{"a b":"c"}},"data":{"../k":"v"}}""", 422, "[metadata.labels: Invalid value")]
    [InlineData("""{"kind":"Secret","metadata":{"name":"x"}}""", 400, "does not match the expected kind (ConfigMap)")]
    [InlineData("""{"metadata":{"name":"x","namespace":"other"}}""", 400, "does not match the namespace sent on the request")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"7"}}""", 400, "resourceVersion should not be set")]
    [InlineData("""{"metadata":{"name":"x"},"data":{"k":1}}""", 400, "data.k")]
    [InlineData("""{"metadata":{"name":"x"}""", 400, "not valid JSON")]
    [InlineData("""[]""", 400, "not a JSON object")]
    public async Task Create_BadInput_NamesItAndWritesNothing(string body, int expected, string message)
    {
        var (code, status) = await server.SendAsync(HttpMethod.Post, ConfigMaps, body);
        Assert.Equal(expected, (int)code);
        Assert.Equal(("Status", "Failure", expected), ((string?)status["kind"], (string?)status["status"], (int)status["code"]!));
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, ConfigMaps + "/x")).Code);
    }

    [Fact]
    public async Task Create_UnknownField_WarnsOrFailsAsAsked()
    {
        const string Body = """{"metadata":{"name":"NAME"},"dataa":{},"data":{"k":"1","k":"2"}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, ConfigMaps) { Content = new StringContent(Body.Replace("NAME", "warned", StringComparison.Ordinal), null, "application/json") };
        using var answer = await server.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(["299 - \"duplicate field \\\"data.k\\\"\"", "299 - \"unknown field \\\"dataa\\\"\""], answer.Headers.GetValues("Warning"));
        var (code, status) = await server.SendAsync(HttpMethod.Post, ConfigMaps + "?fieldValidation=Strict", Body.Replace("NAME", "strict", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: duplicate field \"data.k\", unknown field \"dataa\"", (string?)status["message"]);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task Status_OfAnEarlierObjectOfTheName_IsAConflict(string method)
    {
        var name = "status-" + method.ToLowerInvariant();
        var path = "/api/v1/namespaces/default/pods/" + name;
        var pod = $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","image":"i"}]}}""";
        var (_, first) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", pod);
        await server.SendAsync(HttpMethod.Delete, path);
        var (code, second) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", pod);
        Assert.Equal(HttpStatusCode.Created, code);
        var late = $$$"""{"metadata":{"name":"{{{name}}}","uid":"{{{(string)first["metadata"]!["uid"]!}}}"},"status":{"phase":"Failed"}}""";
        var (refused, status) = await server.SendAsync(new(method), path + "/status", late, method == "PUT" ? "application/json" : "application/strategic-merge-patch+json");
        Assert.Equal((HttpStatusCode.Conflict, true), (refused, ((string?)status["message"])?.Contains("UID in precondition", StringComparison.Ordinal)));
        var (_, now) = await server.SendAsync(HttpMethod.Get, path);
        Assert.Equal(((string?)second["metadata"]!["uid"], "Pending"), ((string?)now["metadata"]!["uid"], (string?)now["status"]!["phase"]));
    }

    [Fact]
    public async Task Create_UnknownNamespaceOrKind_IsNotFound()
    {
        var (code, status) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/nowhere/configmaps", """{"metadata":{"name":"x"}}""");
        Assert.Equal((HttpStatusCode.NotFound, "namespaces \"nowhere\" not found"), (code, (string?)status["message"]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "/apis/example.com/v1/gadgets")).Code);
    }

    [Fact]
    public async Task Update_OldResourceVersion_IsConflict()
    {
        var (_, created) = await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"cas"},"data":{"k":"1"}}""");
        created["data"]!["k"] = "2";
        var (code, updated) = await server.SendAsync(HttpMethod.Put, ConfigMaps + "/cas", created.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.NotEqual((string?)created["metadata"]!["resourceVersion"], (string?)updated["metadata"]!["resourceVersion"]);
        created["data"]!["k"] = "3";
        var (stale, status) = await server.SendAsync(HttpMethod.Put, ConfigMaps + "/cas", created.ToJsonString());
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (stale, (string?)status["reason"]));
        Assert.Equal("2", (string?)(await server.SendAsync(HttpMethod.Get, ConfigMaps + "/cas")).Body["data"]!["k"]);
        // Without a version it is the last writer's.
        created["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, ConfigMaps + "/cas", created.ToJsonString())).Code);
    }

    [Fact]
    public async Task Update_NothingChanged_KeepsItsVersion()
    {
        var (_, created) = await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"same"},"data":{"k":"1"}}""");
        var (_, again) = await server.SendAsync(HttpMethod.Put, ConfigMaps + "/same", created.ToJsonString());
        Assert.Equal((string?)created["metadata"]!["resourceVersion"], (string?)again["metadata"]!["resourceVersion"]);
    }

    [Theory]
    [InlineData("application/merge-patch+json", """{"data":{"k":null,"n":"2"}}""")]
    [InlineData("application/strategic-merge-patch+json", """{"data":{"k":null,"n":"2"}}""")]
    [InlineData("application/json-patch+json", """[{"op":"remove","path":"/data/k"},{"op":"add","path":"/data/n","value":"2"}]""")]
    public async Task Patch_EachType_Changes(string type, string patch)
    {
        var name = "patched-" + type.GetHashCode(StringComparison.Ordinal).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        await server.SendAsync(HttpMethod.Post, ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"k":"1","o":"1"}}""");
        var (code, body) = await server.SendAsync(HttpMethod.Patch, $"{ConfigMaps}/{name}", patch, type);
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"o":"1","n":"2"}"""), body["data"]));
    }

    [Fact]
    public async Task Patch_OtherMediaType_IsUnsupported() =>
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/x", "{}", "application/json")).Code);

    [Fact]
    public async Task Patch_ConcurrentWriters_LoseNothing()
    {
        await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"counted"}}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            server.SendAsync(HttpMethod.Patch, ConfigMaps + "/counted", $$$"""{"data":{"k{{{i}}}":"x"}}""", "application/merge-patch+json")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Code));
        Assert.Equal(12, (await server.SendAsync(HttpMethod.Get, ConfigMaps + "/counted")).Body["data"]!.AsObject().Count);
    }

    [Fact]
    public async Task DryRun_All_AnswersAsIfAndWritesNothing()
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, ConfigMaps + "?dryRun=All", """{"metadata":{"name":"dry"}}""");
        Assert.Equal((HttpStatusCode.Created, "dry"), (code, (string?)body["metadata"]!["name"]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, ConfigMaps + "/dry")).Code);
        await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"wet"}}""");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/wet?dryRun=All")).Code);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, ConfigMaps + "/wet")).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/wet?dryRun=Some")).Code);
    }

    [Fact]
    public async Task Delete_Finalizer_HoldsUntilItIsRemoved()
    {
        await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"held","finalizers":["example.com/hold"]}}""");
        var (_, marked) = await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/held");
        Assert.NotNull(marked["metadata"]!["deletionTimestamp"]);
        var (added, _) = await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/held", """{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, added);
        await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/held", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, ConfigMaps + "/held")).Code);
    }

    [Fact]
    public async Task Delete_Preconditions_AreHeld()
    {
        var (_, created) = await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"guarded"}}""");
        var (code, _) = await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/guarded", """{"preconditions":{"uid":"other"}}""");
        Assert.Equal(HttpStatusCode.Conflict, code);
        var (gone, status) = await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/guarded", $$$"""{"preconditions":{"uid":"{{{created["metadata"]!["uid"]}}}"}}""");
        Assert.Equal((HttpStatusCode.OK, "Success", "guarded"), (gone, (string?)status["status"], (string?)status["details"]!["name"]));
    }

    [Fact]
    public async Task DeleteCollection_Selector_DeletesWhatItChooses()
    {
        foreach (var (name, label) in new[] { ("many-1", "yes"), ("many-2", "yes"), ("many-3", "no") })
        {
            await server.SendAsync(HttpMethod.Post, ConfigMaps, $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"many":"{{{{label}}}}"}}}""");
        }
        var (_, list) = await server.SendAsync(HttpMethod.Delete, ConfigMaps + "?labelSelector=many%3Dyes");
        Assert.Equal(2, list["items"]!.AsArray().Count);
        var (_, left) = await server.SendAsync(HttpMethod.Get, ConfigMaps + "?labelSelector=many");
        Assert.Equal("many-3", (string?)Assert.Single(left["items"]!.AsArray())!["metadata"]!["name"]);
    }

    [Fact]
    public async Task Body_TooLarge_IsRefused()
    {
        var (code, _) = await server.SendAsync(HttpMethod.Post, ConfigMaps, $$$"""{"metadata":{"name":"huge"},"data":{"k":"{{{new string('x', 3 * 1024 * 1024)}}}"}}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, code);
    }

    [Fact]
    public async Task Create_YamlBody_IsTaken()
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, ConfigMaps, "metadata:\n  name: from-yaml\ndata:\n  k: v\n", "application/yaml");
        Assert.Equal((HttpStatusCode.Created, "v"), (code, (string?)body["data"]!["k"]));
    }

    [Fact]
    public async Task Secret_StringData_IsFoldedIntoDataAndNotKept()
    {
        var (_, body) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"folded"},"stringData":{"k":"v"}}""");
        Assert.Equal(("dg==", "Opaque", null), ((string?)body["data"]!["k"], (string?)body["type"], (string?)body["stringData"]));
    }
}
