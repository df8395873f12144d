using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Quotas;

/// <summary>Quotas and limit ranges, through the whole server.</summary>
public sealed class QuotaTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Quota_ManyAtOnce_LetsThroughWhatItSaysAndCountsIt()
    {
        await NamespaceAsync("counted");
        await CreateAsync("/api/v1/namespaces/counted/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"count/secrets":"5","services.nodeports":"1"}}}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/counted/secrets", $$$"""{"metadata":{"name":"s{{{i}}}"}}""")));
        Assert.Equal(5, answers.Count(answer => answer.Code == HttpStatusCode.Created));
        var refused = answers.First(answer => answer.Code == HttpStatusCode.Forbidden).Body;
        Assert.Contains("exceeded quota: q, requested: count/secrets=1, used: count/secrets=5, limited: count/secrets=5", (string?)refused["message"], StringComparison.Ordinal);
        await server.GetAsync("/api/v1/namespaces/counted/resourcequotas/q", quota => (string?)quota["status"]?["used"]?["count/secrets"] == "5");
        await server.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/counted/secrets/{answers.First(answer => answer.Code == HttpStatusCode.Created).Body["metadata"]!["name"]}");
        await CreateAsync("/api/v1/namespaces/counted/secrets", """{"metadata":{"name":"again"}}""");

        // A change counts for what is more.
        await CreateAsync("/api/v1/namespaces/counted/services", """{"metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}}""");
        await CreateAsync("/api/v1/namespaces/counted/services", """{"metadata":{"name":"b"},"spec":{"type":"NodePort","ports":[{"port":80}]}}""");
        var (code, _) = await server.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/counted/services/a", """{"spec":{"type":"NodePort"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.Forbidden, code);
    }

    [Fact]
    public async Task Quota_OfComputeResources_WantsThemStatedAndCountsRunningPods()
    {
        await NamespaceAsync("compute");
        await CreateAsync("/api/v1/namespaces/compute/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"requests.cpu":"1","limits.memory":"1Gi","pods":"5"}}}""");
        var (code, status) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/compute/pods", Pod("open", "{}"));
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("failed quota: q: must specify limits.memory for: c; requests.cpu for: c", (string?)status["message"], StringComparison.Ordinal);
        await CreateAsync("/api/v1/namespaces/compute/pods", Pod("one", """{"requests":{"cpu":"600m"},"limits":{"memory":"512Mi"}}"""));
        var (over, why) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/compute/pods", Pod("two", """{"requests":{"cpu":"600m"},"limits":{"memory":"512Mi"}}"""));
        Assert.Equal(HttpStatusCode.Forbidden, over);
        Assert.Contains("exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1", (string?)why["message"], StringComparison.Ordinal);
        await server.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/compute/pods/one/status", """{"status":{"phase":"Succeeded"}}""", "application/merge-patch+json");
        await CreateAsync("/api/v1/namespaces/compute/pods", Pod("two", """{"requests":{"cpu":"600m"},"limits":{"memory":"512Mi"}}"""));
    }

    [Fact]
    public async Task LimitRange_FillsInAndRefuses()
    {
        await NamespaceAsync("limited");
        await CreateAsync("/api/v1/namespaces/limited/limitranges",
            """{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","default":{"cpu":"500m"},"defaultRequest":{"cpu":"100m"},"min":{"cpu":"50m"},"max":{"cpu":"1","memory":"1Gi"},"maxLimitRequestRatio":{"cpu":"10"}}]}}""");
        var (_, pod) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/limited/pods", Pod("filled", "{}"));
        Assert.Equal("""{"limits":{"cpu":"500m","memory":"1Gi"},"requests":{"cpu":"100m","memory":"1Gi"}}""", pod["spec"]!["containers"]![0]!["resources"]!.ToJsonString());
        var (code, status) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/limited/pods", Pod("out", """{"requests":{"cpu":"10m"},"limits":{"cpu":"2","memory":"1Gi"}}"""));
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("minimum cpu usage per Container is 50m, but request is 10m", (string?)status["message"], StringComparison.Ordinal);
        Assert.Contains("maximum cpu usage per Container is 1, but limit is 2", (string?)status["message"], StringComparison.Ordinal);
        Assert.Contains("cpu max limit to request ratio per Container is 10, but provided ratio is 200.000000", (string?)status["message"], StringComparison.Ordinal);
        var (bad, why) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/limited/limitranges",
            """{"metadata":{"name":"bad"},"spec":{"limits":[{"type":"Container","min":{"cpu":"2"},"max":{"cpu":"1"}},{"type":"Node"}]}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad);
        Assert.Contains("spec.limits[0].min[cpu]", (string?)why["message"], StringComparison.Ordinal);
        Assert.Contains("spec.limits[1].type: Unsupported value", (string?)why["message"], StringComparison.Ordinal);
    }

    private static string Pod(string name, string resources) => $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","image":"i","resources":{{{resources}}}}]}}""";

    private Task NamespaceAsync(string name) => CreateAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }.ToJsonString());

    private async Task CreateAsync(string path, string body)
    {
        var (code, answer) = await server.SendAsync(HttpMethod.Post, path, body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
    }
}
