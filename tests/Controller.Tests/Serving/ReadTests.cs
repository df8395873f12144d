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
    public async Task List_ExactOldVersion_IsExpiredAndNotTheNewState()
    {
        await MakeAsync("exact", 1);
        var (_, list) = await server.SendAsync(HttpMethod.Get, ConfigMaps);
        await MakeAsync("exact-later", 1);
        var (code, status) = await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={list["metadata"]!["resourceVersion"]}");
        Assert.Equal((HttpStatusCode.Gone, "Expired"), (code, (string?)status["reason"]));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersionMatch=Exact")).Code);
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
        var (_, schema) = await server.SendAsync(HttpMethod.Get, "/openapi/v3/apis/apps/v1");
        Assert.Equal("name", (string?)schema["components"]!["schemas"]!["io.orchestrator.V1PodSpec"]!["properties"]!["containers"]!["x-kubernetes-patch-merge-key"]);
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
