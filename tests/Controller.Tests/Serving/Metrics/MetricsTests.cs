using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model.Metrics;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving.Metrics;

public sealed class MetricsTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Root = "/apis/metrics.k8s.io/v1beta1";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task NodesAndPods_AreWhatTheirAgentsTell()
    {
        await MakeNodeAsync("told");
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces", """{"metadata":{"name":"told"}}""");
        var web = await MakePodAsync("told", "web", "told");
        var idle = await MakePodAsync("told", "idle", "told");
        await MakePodAsync("told", "elsewhere", "nobody");
        await using var agent = await TellAsync("told", new(
            new(Now, TimeSpan.FromSeconds(15.1234).Ticks, 1_500_000_001, 4096),
            [new(web, "a", Use(123_456_789, 10 << 20)), new(web, "b", Use(0, 4096)), new(idle, "c", Use(250_000_000, 1 << 20)), new("gone", "d", Use(1, 1))]));

        var (code, node) = await server.SendAsync(HttpMethod.Get, $"{Root}/nodes/told");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(("NodeMetrics", "metrics.k8s.io/v1beta1"), ((string?)node["kind"], (string?)node["apiVersion"]));
        Assert.Equal(("1500000001n", "4Ki"), ((string?)node["usage"]!["cpu"], (string?)node["usage"]!["memory"]));
        Assert.Equal(("2026-01-02T03:04:05Z", "15.123s", "told"), ((string?)node["timestamp"], (string?)node["window"], (string?)node["metadata"]!["labels"]!["is"]));

        var (_, pods) = await server.SendAsync(HttpMethod.Get, $"{Root}/namespaces/told/pods");
        Assert.Equal("PodMetricsList", (string?)pods["kind"]);
        Assert.Equal(["idle", "web"], pods["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
        Assert.Equal(["a 123456789n 10Mi", "b 0 4Ki"], pods["items"]![1]!["containers"]!.AsArray()
            .Select(one => $"{one!["name"]} {one["usage"]!["cpu"]} {one["usage"]!["memory"]}"));

        Assert.Equal("idle", (string?)Assert.Single((await server.SendAsync(HttpMethod.Get, $"{Root}/pods?labelSelector=name%3Didle")).Body["items"]!.AsArray())!["metadata"]!["name"]);
        Assert.Equal("web", (string?)Assert.Single((await server.SendAsync(HttpMethod.Get, $"{Root}/pods?fieldSelector=metadata.name%3Dweb")).Body["items"]!.AsArray())!["metadata"]!["name"]);
        Assert.Equal("PodMetrics", (string?)(await server.SendAsync(HttpMethod.Get, $"{Root}/namespaces/told/pods/web")).Body["kind"]);
        var (missing, status) = await server.SendAsync(HttpMethod.Get, $"{Root}/namespaces/told/pods/elsewhere");
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (missing, (string?)status["reason"]));
        var (_, table) = await TestServer.SendAsync(server.Admin, HttpMethod.Get, $"{Root}/namespaces/told/pods", accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        Assert.Equal(["web", "123456789n", "10244Ki", "15s"], table["rows"]![1]!["cells"]!.AsArray().Select(cell => (string?)cell));
    }

    [Fact]
    public async Task NodeThatDoesNotAnswer_IsLeftOut_AndHoldsNobodyUp()
    {
        await MakeNodeAsync("silent");
        await MakeNodeAsync("cross");
        await MakeNodeAsync("good");
        await MakeNodeAsync("away");
        var asked = new TaskCompletionSource();
        await using var silent = await FakeAgent.StartAsync(context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        Tunnels.Add("silent", silent.Tunnel);
        await using var cross = await FakeAgent.StartAsync(context => context.Response.WriteAsync("<html>"));
        Tunnels.Add("cross", cross.Tunnel);
        await using var good = await TellAsync("good", new(Use(1, 1024), []));
        var began = TimeProvider.System.GetTimestamp();

        var (_, nodes) = await server.SendAsync(HttpMethod.Get, Root + "/nodes?labelSelector=is+in+(silent,cross,good,away)");

        Assert.True(asked.Task.IsCompleted);
        Assert.Equal("good", (string?)Assert.Single(nodes["items"]!.AsArray())!["metadata"]!["name"]);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Discovery_NamesTheGroup_AndItsKindsCanOnlyBeRead()
    {
        var (_, groups) = await server.SendAsync(HttpMethod.Get, "/apis");
        Assert.Contains("metrics.k8s.io", groups["groups"]!.AsArray().Select(group => (string?)group!["name"]));
        var (_, kinds) = await server.SendAsync(HttpMethod.Get, Root);
        Assert.Equal(["nodes NodeMetrics get,list", "pods PodMetrics get,list", "volumes VolumeMetrics get,list"],
            kinds["resources"]!.AsArray().Select(kind => $"{kind!["name"]} {kind["kind"]} {string.Join(',', kind["verbs"]!.AsArray())}"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync(HttpMethod.Delete, Root + "/nodes/x")).Code);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync(HttpMethod.Get, Root + "/nodes?watch=true")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, Root + "/nodes/absent")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, Root + "/services")).Code);
    }

    [Fact]
    public async Task Metrics_AreForThoseWhoMay()
    {
        using var nobody = server.Client(null);
        using var node = server.Client("system:node:told", "system:nodes");
        Assert.Equal(HttpStatusCode.Unauthorized, (await TestServer.SendAsync(nobody, HttpMethod.Get, Root + "/nodes")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(node, HttpMethod.Get, Root + "/pods")).Code);
    }

    private TunnelRegistry Tunnels => server.Services.GetRequiredService<TunnelRegistry>();

    private static Usage Use(long cpu, long memory) => new(Now, TimeSpan.FromSeconds(15).Ticks, cpu, memory);

    private async Task<FakeAgent> TellAsync(string node, UsageReport report)
    {
        var agent = await FakeAgent.StartAsync(context => context.Request.Path == "/usage"
            ? JsonSerializer.SerializeAsync(context.Response.Body, report, UsageJson.Default.UsageReport, context.RequestAborted)
            : Task.CompletedTask);
        Tunnels.Add(node, agent.Tunnel);
        return agent;
    }

    private async Task MakeNodeAsync(string name) => Assert.Equal(HttpStatusCode.Created,
        (await server.SendAsync(HttpMethod.Post, "/api/v1/nodes", $$$"""{"metadata":{"name":"{{{name}}}","labels":{"is":"{{{name}}}"} } }""")).Code);

    private async Task<string> MakePodAsync(string @namespace, string name, string node)
    {
        var (code, pod) = await server.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/{@namespace}/pods",
            $$$"""{"metadata":{"name":"{{{name}}}","labels":{"name":"{{{name}}}"}},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"a","image":"host"}]}}""");
        Assert.Equal(HttpStatusCode.Created, code);
        return (string?)pod["metadata"]!["uid"] ?? "";
    }
}
