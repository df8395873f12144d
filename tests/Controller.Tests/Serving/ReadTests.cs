using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Controller.Tests.Storage;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

public sealed class ReadTests(TestServer server) : IClassFixture<TestServer>
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task List_Limit_PagesThroughEverythingOnce()
    {
        await MakeAsync("page", 7);
        var names = new List<string>();
        string? token = null;
        do
        {
            var (_, page) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dpage&limit=3&continue={token}");
            names.AddRange(page["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!));
            token = (string?)page["metadata"]!["continue"];
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"page-{i}"), names);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Get, ConfigMaps + "?limit=3&continue=nonsense")).Code);
    }

    [Theory]
    [InlineData("labelSelector=a+is+b", "unable to parse selector")]
    [InlineData("fieldSelector=spec.color%3Dred", "field label not supported: spec.color")]
    [InlineData("fieldSelector=nothing", "invalid field selector")]
    [InlineData("limit=-1", "limit: Invalid value")]
    [InlineData("resourceVersion=abc", "resourceVersion: Invalid value")]
    public async Task List_BadOption_NamesIt(string query, string message)
    {
        var (code, status) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OldVersion_IsThatState()
    {
        await MakeAsync("exact", 3);
        var (_, list) = await server.SendAsync(HttpMethod.Get, ConfigMaps + "?labelSelector=group%3Dexact");
        var version = (string?)list["metadata"]!["resourceVersion"];
        await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/exact-1");
        await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/exact-2", """{"data":{"later":"1"}}""", "application/merge-patch+json");
        await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"exact-9","labels":{"group":"exact"}}}""");
        var (_, old) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dexact&resourceVersionMatch=Exact&resourceVersion={version}");
        Assert.Equal(version, (string?)old["metadata"]!["resourceVersion"]);
        Assert.Equal(list["items"]!.ToJsonString(), old["items"]!.ToJsonString());
        var (_, newer) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dexact&resourceVersion={version}");
        Assert.Equal(["exact-0", "exact-2", "exact-9"], newer["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
        var (code, status) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersionMatch=Exact");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Pages_ShowOneState_AndTellWhenItIsGone()
    {
        await MakeAsync("state", 6);
        var (_, first) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dstate&limit=2");
        await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/state-3");
        await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"state-21","labels":{"group":"state"}}}""");
        var (_, second) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dstate&limit=2&continue={first["metadata"]!["continue"]}");
        Assert.Equal(["state-2", "state-3"], second["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
        Assert.Equal((string?)first["metadata"]!["resourceVersion"], (string?)second["metadata"]!["resourceVersion"]);

        for (var i = 0; i < EventRing.Capacity; i++)
        {
            var patch = new JsonObject { ["data"] = new JsonObject { ["n"] = $"{i}" } };
            var (patched, why) = await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/state-5", patch.ToJsonString(), "application/merge-patch+json");
            Assert.True(patched == HttpStatusCode.OK, why.ToJsonString());
        }
        // Past what is in memory the log knows.
        var (_, third) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dstate&continue={second["metadata"]!["continue"]}");
        Assert.Equal(["state-4", "state-5"], third["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
        Assert.Null(third["items"]![1]!["data"]);
        await server.Store.CompactAsync(server.Store.Revision, TestContext.Current.CancellationToken);
        var (code, expired) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dstate&continue={second["metadata"]!["continue"]}");
        Assert.Equal((HttpStatusCode.Gone, "Expired"), (code, (string?)expired["reason"]));
        var (_, rest) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=group%3Dstate&continue={expired["metadata"]!["continue"]}");
        Assert.Equal(["state-4", "state-5"], rest["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
    }

    [Fact]
    public async Task List_Large_IsCompressedForWhoTakesIt()
    {
        for (var i = 0; i < 3; i++)
        {
            await server.SendAsync(HttpMethod.Post, ConfigMaps, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = $"large-{i}", ["labels"] = new JsonObject { ["group"] = "large" } }, ["data"] = new JsonObject { ["text"] = new string('x', 100_000) },
            }.ToJsonString());
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, ConfigMaps + "?labelSelector=group%3Dlarge");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await server.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        await using var plain = new System.IO.Compression.GZipStream(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), System.IO.Compression.CompressionMode.Decompress);
        var list = await JsonNode.ParseAsync(plain, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, list!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Head_OfAWatch_LeavesTheConnectionToTheNext()
    {
        using var client = server.Client("admin", "system:masters");
        using var request = new HttpRequestMessage(HttpMethod.Head, ConfigMaps + "?watch=1");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var next = TestServer.SendAsync(client, HttpMethod.Get, ConfigMaps);
        Assert.Equal(HttpStatusCode.OK, (await next.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Code);
    }

    [Fact]
    public async Task List_AsTable_HasColumnsAndRows()
    {
        await MakeAsync("row", 2);
        var (code, table) = await TestServer.SendAsync(server.Admin, HttpMethod.Get, ConfigMaps + "?labelSelector=group%3Drow",
            accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        Assert.Equal((HttpStatusCode.OK, "Table"), (code, (string?)table["kind"]));
        Assert.Equal(["Name", "Data", "Age"], table["columnDefinitions"]!.AsArray().Select(column => (string?)column!["name"]));
        Assert.Equal(["row-0", "row-1"], table["rows"]!.AsArray().Select(row => (string?)row!["cells"]![0]));
        Assert.Equal("PartialObjectMetadata", (string?)table["rows"]![0]!["object"]!["kind"]);
    }

    [Fact]
    public async Task Get_PartialMetadata_LeavesTheRestOut()
    {
        await MakeAsync("partial", 1);
        var (_, item) = await TestServer.SendAsync(server.Admin, HttpMethod.Get, ConfigMaps + "/partial-0", accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        Assert.Equal(("PartialObjectMetadata", "partial-0", null), ((string?)item["kind"], (string?)item["metadata"]!["name"], (string?)item["data"]?.ToJsonString()));
        Assert.Equal(HttpStatusCode.NotAcceptable, (await TestServer.SendAsync(server.Admin, HttpMethod.Get, ConfigMaps + "/partial-0", accept: "text/html")).Code);
    }

    [Fact]
    public async Task Watch_FromAList_SeesEachChangeOnceWithSelectorTransitions()
    {
        await MakeAsync("seen", 1);
        var (_, list) = await server.SendAsync(HttpMethod.Get, ConfigMaps + "?labelSelector=group%3Dseen");
        await using var watch = await Watch.OpenAsync(server.Admin, $"{ConfigMaps}?watch=true&labelSelector=group%3Dseen&resourceVersion={list["metadata"]!["resourceVersion"]}");
        await server.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"unseen"}}""");
        await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/seen-0", """{"data":{"k":"2"}}""", "application/merge-patch+json");
        await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/seen-0", """{"metadata":{"labels":{"group":"other"}}}""", "application/merge-patch+json");
        await server.SendAsync(HttpMethod.Patch, ConfigMaps + "/seen-0", """{"metadata":{"labels":{"group":"seen"}}}""", "application/merge-patch+json");
        var (_, _) = await server.SendAsync(HttpMethod.Delete, ConfigMaps + "/seen-0");
        var events = new List<(string Type, long Revision)>();
        for (var i = 0; i < 4; i++)
        {
            var change = await watch.NextAsync();
            events.Add(((string)change["type"]!, long.Parse((string)change["object"]!["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture)));
        }
        Assert.Equal(["MODIFIED", "DELETED", "ADDED", "DELETED"], events.Select(change => change.Type));
        Assert.Equal(events.Select(change => change.Revision).Order().Distinct(), events.Select(change => change.Revision));
    }

    [Fact]
    public async Task Watch_WithoutVersion_StartsWithTheState()
    {
        await MakeAsync("state", 2);
        await using var watch = await Watch.OpenAsync(server.Admin, ConfigMaps + "?watch=1&labelSelector=group%3Dstate");
        Assert.Equal(["ADDED state-0", "ADDED state-1"], new[] { await watch.NextAsync(), await watch.NextAsync() }.Select(change => $"{change["type"]} {change["object"]!["metadata"]!["name"]}"));
    }

    [Fact]
    public async Task Watch_SendInitialEvents_EndsThemWithAMarkedBookmark()
    {
        await MakeAsync("initial", 1);
        await using var watch = await Watch.OpenAsync(server.Admin,
            ConfigMaps + "?watch=1&labelSelector=group%3Dinitial&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
        Assert.Equal("ADDED", (string?)(await watch.NextAsync())["type"]);
        var bookmark = await watch.NextAsync();
        Assert.Equal(("BOOKMARK", "true"), ((string?)bookmark["type"], (string?)bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]));
    }

    [Fact]
    public async Task Watch_CompactedVersion_IsToldAsExpired()
    {
        var from = server.Store.Revision;
        // Past what the ring of recent changes holds, so that the log is asked.
        await Task.WhenAll(Enumerable.Range(0, EventRing.Capacity + 100).Select(i => server.Store.WriteAsync(
            new(TestStore.Key($"old-{i}"), 0, TestStore.Value($"old-{i}", "x")), TestContext.Current.CancellationToken)));
        await server.Store.CompactAsync(server.Store.Revision, TestContext.Current.CancellationToken);
        await using var watch = await Watch.OpenAsync(server.Admin, $"{ConfigMaps}?watch=1&resourceVersion={from}");
        var error = await watch.NextAsync();
        Assert.Equal(("ERROR", "Expired", 410), ((string?)error["type"], (string?)error["object"]!["reason"], (int)error["object"]!["code"]!));
    }

    [Fact]
    public async Task Watch_TimeoutSeconds_EndsWell()
    {
        await using var watch = await Watch.OpenAsync(server.Admin, $"{ConfigMaps}?watch=1&timeoutSeconds=1&resourceVersion={server.Store.Revision}");
        Assert.Null(await watch.NextOrEndAsync());
    }

    [Fact]
    public async Task Discovery_AllForms_NameTheKinds()
    {
        Assert.Contains((await server.SendAsync(HttpMethod.Get, "/apis")).Body["groups"]!.AsArray(), group => (string?)group!["name"] == "apps");
        Assert.Contains((await server.SendAsync(HttpMethod.Get, "/apis/apps/v1")).Body["resources"]!.AsArray(), item => (string?)item!["name"] == "deployments/scale");
        var (_, aggregated) = await TestServer.SendAsync(server.Admin, HttpMethod.Get, "/api", accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json");
        Assert.Equal("APIGroupDiscoveryList", (string?)aggregated["kind"]);
        var (_, swagger) = await server.SendAsync(HttpMethod.Get, "/openapi/v2");
        var deployment = swagger["definitions"]!["io.k8s.api.apps.v1.Deployment"]!;
        Assert.Contains("Deployment enables declarative updates", (string?)deployment["description"], StringComparison.Ordinal);
        Assert.Equal("#/definitions/io.k8s.api.apps.v1.DeploymentSpec", (string?)deployment["properties"]!["spec"]!["$ref"]);
        Assert.Equal("map", (string?)swagger["definitions"]!["io.k8s.api.core.v1.ServiceSpec"]!["properties"]!["ports"]!["x-kubernetes-list-type"]);
        Assert.NotNull(swagger["paths"]!["/api/v1/namespaces/{namespace}/pods/{name}"]!["patch"]);
        var (_, schema) = await server.SendAsync(HttpMethod.Get, "/openapi/v3/apis/apps/v1");
        Assert.Equal("name", (string?)schema["components"]!["schemas"]!["io.k8s.api.core.v1.PodSpec"]!["properties"]!["containers"]!["x-kubernetes-patch-merge-key"]);
    }

    private async Task MakeAsync(string group, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await server.SendAsync(HttpMethod.Post, ConfigMaps, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = $"{group}-{i}", ["labels"] = new JsonObject { ["group"] = group } },
            }.ToJsonString());
        }
    }
}
