using System.Net;
using System.Net.Http.Headers;

using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Security;

/// <summary>Service accounts and their tokens, through the whole server.</summary>
public sealed class AccountTokenTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Token_OfAnAccount_IsWhoItSays_UntilTheAccountGoes()
    {
        await CreateAsync(Accounts, """{"metadata":{"name":"robot"}}""");
        var token = await TokenAsync("robot", """{"spec":{"expirationSeconds":900}}""");
        var (_, me) = await AsAsync(token, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        var user = me["status"]!["userInfo"]!;
        Assert.Equal("system:serviceaccount:default:robot", (string?)user["username"]);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"], user["groups"]!.AsArray().Select(group => (string?)group));
        Assert.NotNull(user["uid"]);

        Assert.Equal(HttpStatusCode.Forbidden, (await AsAsync(token, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
        await CreateAsync("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
            """{"metadata":{"name":"robot-views"},"roleRef":{"kind":"ClusterRole","name":"view","apiGroup":"rbac.authorization.k8s.io"},"subjects":[{"kind":"ServiceAccount","name":"robot","namespace":"default"}]}""");
        await server.GetAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles/view", role => role["rules"] is JsonArray { Count: > 0 });
        Assert.Equal(HttpStatusCode.OK, (await AsAsync(token, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token[..^4] + "AAAA", HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);

        await server.SendAsync(HttpMethod.Delete, $"{Accounts}/robot");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
        // Another account of that name is another account.
        await CreateAsync(Accounts, """{"metadata":{"name":"robot"}}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
    }

    [Fact]
    public async Task TokenReview_JudgesForWhomItIs()
    {
        await CreateAsync(Accounts, """{"metadata":{"name":"reviewed"}}""");
        var token = await TokenAsync("reviewed", """{"spec":{"audiences":["vault"]}}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, HttpMethod.Get, "/api/v1/pods")).Code);
        var (_, vault) = await server.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", $$$"""{"spec":{"token":"{{{token}}}","audiences":["vault","other"]}}""");
        Assert.True((bool?)vault["status"]!["authenticated"]);
        Assert.Equal("system:serviceaccount:default:reviewed", (string?)vault["status"]!["user"]!["username"]);
        Assert.Equal(["vault"], vault["status"]!["audiences"]!.AsArray().Select(item => (string?)item));
        var (_, api) = await server.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", $$$"""{"spec":{"token":"{{{token}}}"}}""");
        Assert.NotEqual(true, (bool?)api["status"]!["authenticated"]);
        Assert.Contains("audience", (string?)api["status"]!["error"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", """{"spec":{}}""")).Code);
    }

    [Fact]
    public async Task Token_BoundToAPod_EndsWithIt_AndAnAgentGetsOnlyThoseOfItsPods()
    {
        await CreateAsync(Accounts, """{"metadata":{"name":"bound"}}""");
        await CreateAsync(Pods, """{"metadata":{"name":"holder"},"spec":{"serviceAccountName":"bound","nodeName":"n1","containers":[{"name":"c","image":"i"}]}}""");
        const string request = """{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"holder"}}}""";
        using var own = server.Client("system:node:n1", "system:nodes");
        var (made, answer) = await TestServer.SendAsync(own, HttpMethod.Post, $"{Accounts}/bound/token", request);
        Assert.Equal(HttpStatusCode.Created, made);
        var token = (string)answer["status"]!["token"]!;
        var (_, me) = await AsAsync(token, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        Assert.Equal("holder", (string?)me["status"]!["userInfo"]!["extra"]!["authentication.kubernetes.io/pod-name"]![0]);

        using var other = server.Client("system:node:n2", "system:nodes");
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(other, HttpMethod.Post, $"{Accounts}/bound/token", request)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(own, HttpMethod.Post, $"{Accounts}/bound/token", """{"spec":{}}""")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(own, HttpMethod.Post, $"{Accounts}/default/token", request)).Code);

        await server.SendAsync(HttpMethod.Delete, $"{Pods}/holder?gracePeriodSeconds=0");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")).Code);
    }

    [Theory]
    [InlineData("""{"spec":{"expirationSeconds":10}}""", 422, "spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"x"}}}""", 400, "cannot bind token")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"none"}}}""", 404, "pods \"none\" not found")]
    public async Task Token_BadRequest_SaysWhat(string body, int code, string message)
    {
        await server.GetAsync($"{Accounts}/default", _ => true);
        var (answered, status) = await server.SendAsync(HttpMethod.Post, $"{Accounts}/default/token", body);
        Assert.Equal(code, (int)answered);
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Post, $"{Accounts}/nobody/token", "{}")).Code);
    }

    [Fact]
    public async Task Pod_GetsItsAccountsVolume_UnlessToldNotTo()
    {
        await server.GetAsync("/api/v1/namespaces/default/configmaps/kube-root-ca.crt", map => ((string?)map["data"]!["ca.crt"])!.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal));
        var (_, pod) = await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"mounted"},"spec":{"containers":[{"name":"c","image":"i"}],"initContainers":[{"name":"d","image":"i"}]}}""");
        Assert.Equal(("default", "default"), ((string?)pod["spec"]!["serviceAccountName"], (string?)pod["spec"]!["serviceAccount"]));
        var volume = Assert.Single(pod["spec"]!["volumes"]!.AsArray())!;
        Assert.StartsWith("kube-api-access-", (string?)volume["name"], StringComparison.Ordinal);
        Assert.Equal(["serviceAccountToken", "configMap", "downwardAPI"], volume["projected"]!["sources"]!.AsArray().Select(source => source!.AsObject().Single().Key));
        foreach (var container in pod["spec"]!["containers"]!.AsArray().Concat(pod["spec"]!["initContainers"]!.AsArray()))
        {
            Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount", (string?)container!["volumeMounts"]![0]!["mountPath"]);
        }

        await CreateAsync(Accounts, """{"metadata":{"name":"quiet"},"automountServiceAccountToken":false,"imagePullSecrets":[{"name":"registry"}]}""");
        var (_, without) = await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"unmounted"},"spec":{"serviceAccountName":"quiet","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Null(without["spec"]!["volumes"]);
        Assert.Equal("registry", (string?)without["spec"]!["imagePullSecrets"]![0]!["name"]);
        var (code, status) = await server.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"orphan"},"spec":{"serviceAccountName":"nobody","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("error looking up service account default/nobody: serviceaccount \"nobody\" not found", (string?)status["message"], StringComparison.Ordinal);
    }

    private async Task<string> TokenAsync(string account, string body)
    {
        var (code, answer) = await server.SendAsync(HttpMethod.Post, $"{Accounts}/{account}/token", body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
        return (string)answer["status"]!["token"]!;
    }

    private async Task CreateAsync(string path, string body)
    {
        var (code, answer) = await server.SendAsync(HttpMethod.Post, path, body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
    }

    private async Task<(HttpStatusCode Code, JsonNode Body)> AsAsync(string token, HttpMethod method, string path, string? body = null)
    {
        using var client = server.Client(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await TestServer.SendAsync(client, method, path, body);
    }
}
