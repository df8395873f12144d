using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

/// <summary>Server-side apply and field managers, through the whole server.</summary>
public sealed class ApplyTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string ApplyType = "application/apply-patch+yaml";

    [Fact]
    public async Task Apply_NewObject_IsCreated_TheSameAgain_ChangesNothing()
    {
        var (code, first) = await ApplyAsync("fresh", "a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: v}\n");
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal(("a", "Apply", "{\"f:data\":{\"f:k\":{}}}"), ManagerOf(first));
        var (again, second) = await ApplyAsync("fresh", "a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: v}\n");
        Assert.Equal((HttpStatusCode.OK, (string?)first["metadata"]!["resourceVersion"]), (again, (string?)second["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task Apply_FieldThatAnUpdateChanged_ConflictsUntilForced()
    {
        await ApplyAsync("contested", "a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: v, other: x}\n");
        await server.SendAsync(HttpMethod.Patch, $"{Maps}/contested?fieldManager=kubectl-edit", """{"data":{"k":"edited"}}""", "application/merge-patch+json");
        var (code, status) = await ApplyAsync("contested", "a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: v, other: x}\n");
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.StartsWith("Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1 at ", (string?)status["message"], StringComparison.Ordinal);
        Assert.Equal((".data.k", "FieldManagerConflict"), ((string?)status["details"]!["causes"]![0]!["field"], (string?)status["details"]!["causes"]![0]!["reason"]));
        var (_, forced) = await ApplyAsync("contested", "a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: v, other: x}\n", "&force=true");
        Assert.Equal("v", (string?)forced["data"]!["k"]);
        Assert.Single(forced["metadata"]!["managedFields"]!.AsArray());
    }

    [Fact]
    public async Task Apply_DryRun_WritesNothing()
    {
        var (code, made) = await ApplyAsync("dry", "a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: v}\n", "&dryRun=All");
        Assert.Equal((HttpStatusCode.Created, "v"), (code, (string?)made["data"]!["k"]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, $"{Maps}/dry")).Code);
    }

    [Theory]
    [InlineData("", "apiVersion: v1\nkind: ConfigMap\n", 422, "fieldManager: Required value: is required for apply patch")]
    [InlineData("?fieldManager=a", "apiVersion: v1\n", 400, "kind: Required value")]
    [InlineData("?fieldManager=a", "apiVersion: v1\nkind: ConfigMap\nmetadata: {managedFields: [{}]}\n", 400, "metadata.managedFields must be nil")]
    [InlineData("?fieldManager=a", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n", 400, "does not match the name on the URL")]
    [InlineData("?fieldManager=a&fieldValidation=Strict", "apiVersion: v1\nkind: ConfigMap\nwrong: 1\n", 400, "unknown field \"wrong\"")]
    [InlineData("?fieldManager=a", "apiVersion: v1\nkind: ConfigMap\ndata: {k: [1]}\n", 400, "data.k")]
    public async Task Apply_Bad_SaysWhat(string query, string body, int code, string message)
    {
        var (answered, status) = await server.SendAsync(HttpMethod.Patch, $"{Maps}/bad{query}", body, ApplyType);
        Assert.Equal(code, (int)answered);
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_Status_OwnsTheStatusAlone_AndControllersNoteTheirs()
    {
        const string deployments = "/apis/apps/v1/namespaces/default/deployments";
        const string manifest = """
            apiVersion: apps/v1
            kind: Deployment
            spec:
              replicas: 0
              selector: {matchLabels: {app: applied}}
              template: {metadata: {labels: {app: applied}}, spec: {containers: [{name: c, image: i}]}}
            """;
        var (code, _) = await server.SendAsync(HttpMethod.Patch, $"{deployments}/applied?fieldManager=ops", manifest, ApplyType);
        Assert.Equal(HttpStatusCode.Created, code);
        var seen = await server.GetAsync($"{deployments}/applied", item => (long?)item["status"]?["observedGeneration"] == 1 && Managers(item).Contains("orchestrator-controller/status"));
        Assert.Contains("ops/", Managers(seen));

        var (_, scaled) = await server.SendAsync(HttpMethod.Patch, $"{deployments}/applied/scale?fieldManager=scaler", """{"spec":{"replicas":1}}""", "application/merge-patch+json");
        Assert.Equal(1, (int)scaled["spec"]!["replicas"]!);
        var (conflict, status) = await server.SendAsync(HttpMethod.Patch, $"{deployments}/applied?fieldManager=ops", manifest, ApplyType);
        Assert.Equal(HttpStatusCode.Conflict, conflict);
        Assert.Contains("\"scaler\" with subresource \"scale\" using apps/v1", (string?)status["message"], StringComparison.Ordinal);
        // Whoever does not apply the field leaves it to the scaler.
        var (given, kept) = await server.SendAsync(HttpMethod.Patch, $"{deployments}/applied?fieldManager=ops", manifest.Replace("  replicas: 0\n", "", StringComparison.Ordinal), ApplyType);
        Assert.Equal((HttpStatusCode.OK, 1), (given, (int)kept["spec"]!["replicas"]!));
    }

    [Fact]
    public async Task Managers_OfCreateAndUpdate_AreNoted_AndAnUnchangedWriteIsNone()
    {
        var (_, made) = await server.SendAsync(HttpMethod.Post, $"{Maps}?fieldManager=maker", """{"metadata":{"name":"noted"},"data":{"a":"1"}}""");
        Assert.Equal(("maker", "Update", "{\"f:data\":{\".\":{},\"f:a\":{}}}"), ManagerOf(made));
        made["data"]!["b"] = "2";
        var (_, put) = await server.SendAsync(HttpMethod.Put, $"{Maps}/noted?fieldManager=putter", made.ToJsonString());
        Assert.Equal(["maker/", "putter/"], Managers(put).Order());
        var (_, same) = await server.SendAsync(HttpMethod.Put, $"{Maps}/noted?fieldManager=third", put.ToJsonString());
        Assert.Equal((string?)put["metadata"]!["resourceVersion"], (string?)same["metadata"]!["resourceVersion"]);
        var (code, status) = await server.SendAsync(HttpMethod.Patch, $"{Maps}/noted?force=true", "{}", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("force: Forbidden", (string?)status["message"], StringComparison.Ordinal);
    }

    private Task<(HttpStatusCode Code, JsonNode Body)> ApplyAsync(string name, string manager, string yaml, string more = "") =>
        server.SendAsync(HttpMethod.Patch, $"{Maps}/{name}?fieldManager={manager}{more}", yaml, ApplyType);

    private static (string?, string?, string?) ManagerOf(JsonNode item)
    {
        var entry = Assert.Single(item["metadata"]!["managedFields"]!.AsArray())!;
        return ((string?)entry["manager"], (string?)entry["operation"], entry["fieldsV1"]!.ToJsonString());
    }

    private static IEnumerable<string> Managers(JsonNode item) =>
        (item["metadata"]!["managedFields"] as JsonArray ?? []).Select(entry => $"{entry!["manager"]}/{entry["subresource"]}");
}
