using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Security.Rbac;

/// <summary>Who may do what, through the whole server.</summary>
public sealed class RbacApiTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private const string Reviews = "/apis/authorization.k8s.io/v1";

    [Fact]
    public async Task User_WithoutARole_MayNothing_WithOne_WhatItSaysWhereItSaysIt()
    {
        using var ann = server.Client("ann", "devs");
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(ann, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
        await CreateAsync($"{Rbac}/namespaces/default/roles", """{"metadata":{"name":"reader"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}]}""");
        await CreateAsync($"{Rbac}/namespaces/default/rolebindings",
            """{"metadata":{"name":"ann-reads"},"roleRef":{"kind":"Role","name":"reader"},"subjects":[{"kind":"User","name":"ann"}]}""");
        Assert.Equal(HttpStatusCode.OK, (await TestServer.SendAsync(ann, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(ann, HttpMethod.Get, "/api/v1/namespaces/kube-system/configmaps")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(ann, HttpMethod.Get, "/api/v1/configmaps")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(ann, HttpMethod.Get, "/api/v1/namespaces/default/secrets")).Code);
        var (code, refusal) = await TestServer.SendAsync(ann, HttpMethod.Post, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"x"}}""");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("User \"ann\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"default\"", (string?)refusal["message"], StringComparison.Ordinal);

        await server.SendAsync(HttpMethod.Delete, $"{Rbac}/namespaces/default/rolebindings/ann-reads");
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(ann, HttpMethod.Get, "/api/v1/namespaces/default/configmaps")).Code);
    }

    [Fact]
    public async Task DefaultRoles_AreThere_AndAggregated()
    {
        var view = await server.GetAsync($"{Rbac}/clusterroles/view", role => role["rules"] is JsonArray { Count: > 0 });
        Assert.Contains(view["rules"]!.AsArray(), rule => rule!["resources"]!.AsArray().Any(name => (string?)name == "pods/log"));
        Assert.DoesNotContain(view["rules"]!.AsArray(), rule => rule!["resources"]!.AsArray().Any(name => (string?)name == "secrets"));
        await CreateAsync($"{Rbac}/clusterroles",
            """{"metadata":{"name":"more-view","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}},"rules":[{"apiGroups":["example.com"],"resources":["things"],"verbs":["get"]}]}""");
        foreach (var name in new[] { "view", "edit", "admin" })
        {
            await server.GetAsync($"{Rbac}/clusterroles/{name}", role => role["rules"]!.AsArray().Any(rule => (string?)rule!["apiGroups"]![0] == "example.com"));
        }
        await server.SendAsync(HttpMethod.Delete, $"{Rbac}/clusterroles/more-view");
        await server.GetAsync($"{Rbac}/clusterroles/view", role => !role["rules"]!.AsArray().Any(rule => (string?)rule!["apiGroups"]![0] == "example.com"));

        using var editor = server.Client("ed", "editors");
        await CreateAsync($"{Rbac}/namespaces/default/rolebindings",
            """{"metadata":{"name":"ed-edits"},"roleRef":{"kind":"ClusterRole","name":"edit"},"subjects":[{"kind":"Group","name":"editors"}]}""");
        Assert.Equal(HttpStatusCode.Created, (await TestServer.SendAsync(editor, HttpMethod.Post, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"of-ed"}}""")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(editor, HttpMethod.Get, $"{Rbac}/namespaces/default/roles")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(editor, HttpMethod.Get, "/api/v1/nodes")).Code);
    }

    [Fact]
    public async Task Escalation_NobodyGivesAwayWhatHeHasNot()
    {
        using var boss = server.Client("boss");
        await CreateAsync($"{Rbac}/namespaces/default/rolebindings",
            """{"metadata":{"name":"boss-admin"},"roleRef":{"kind":"ClusterRole","name":"admin"},"subjects":[{"kind":"User","name":"boss"}]}""");
        await server.GetAsync($"{Rbac}/clusterroles/admin", role => role["rules"]!.AsArray().Any(rule => rule!["resources"]!.AsArray().Any(name => (string?)name == "rolebindings")));
        var roles = $"{Rbac}/namespaces/default/roles";
        Assert.Equal(HttpStatusCode.Created, (await TestServer.SendAsync(boss, HttpMethod.Post, roles,
            """{"metadata":{"name":"within"},"rules":[{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","delete"]}]}""")).Code);
        const string tooMuch = """{"metadata":{"name":"beyond"},"rules":[{"apiGroups":[""],"resources":["nodes"],"verbs":["get"]}]}""";
        var (code, refusal) = await TestServer.SendAsync(boss, HttpMethod.Post, roles, tooMuch);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\"]}", (string?)refusal["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(boss, HttpMethod.Patch, $"{roles}/within",
            """[{"op":"add","path":"/rules/0/resources/-","value":"*"}]""", "application/json-patch+json")).Code);
        const string binding = """{"metadata":{"name":"up"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","name":"boss"}]}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(boss, HttpMethod.Post, $"{Rbac}/namespaces/default/rolebindings", binding)).Code);

        await CreateAsync($"{Rbac}/clusterroles", """{"metadata":{"name":"binder"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["cluster-admin"],"verbs":["bind"]}]}""");
        await CreateAsync($"{Rbac}/clusterrolebindings", """{"metadata":{"name":"boss-binds"},"roleRef":{"kind":"ClusterRole","name":"binder"},"subjects":[{"kind":"User","name":"boss"}]}""");
        Assert.Equal(HttpStatusCode.Created, (await TestServer.SendAsync(boss, HttpMethod.Post, $"{Rbac}/namespaces/default/rolebindings", binding)).Code);
    }

    [Fact]
    public async Task Reviews_SayWhatWouldBeDecided()
    {
        using var vera = server.Client("vera", "viewers");
        await CreateAsync($"{Rbac}/namespaces/default/rolebindings",
            """{"metadata":{"name":"vera-views"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"Group","name":"viewers"}]}""");
        await server.GetAsync($"{Rbac}/clusterroles/view", role => role["rules"] is JsonArray { Count: > 0 });
        Assert.True(await MayAsync(vera, """{"namespace":"default","verb":"list","resource":"pods"}"""));
        Assert.True(await MayAsync(vera, """{"namespace":"default","verb":"list","group":"apps","resource":"deployments"}"""));
        Assert.False(await MayAsync(vera, """{"namespace":"default","verb":"list","resource":"secrets"}"""));
        Assert.False(await MayAsync(vera, """{"namespace":"kube-system","verb":"list","resource":"pods"}"""));
        Assert.False(await MayAsync(vera, """{"namespace":"default","verb":"get","group":"example.com","resource":"things"}"""));
        Assert.True(await MayAsync(server.Admin, """{"verb":"*","group":"*","resource":"*"}"""));

        var (_, subject) = await server.SendAsync(HttpMethod.Post, $"{Reviews}/subjectaccessreviews",
            """{"spec":{"user":"vera","groups":["viewers"],"resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}}""");
        Assert.Equal("RBAC: allowed by RoleBinding \"vera-views/default\" of ClusterRole \"view\" to Group \"viewers\"", (string?)subject["status"]!["reason"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(vera, HttpMethod.Post, $"{Reviews}/subjectaccessreviews", """{"spec":{"user":"x"}}""")).Code);
        var (_, path) = await TestServer.SendAsync(vera, HttpMethod.Post, $"{Reviews}/selfsubjectaccessreviews", """{"spec":{"nonResourceAttributes":{"path":"/openapi/v3","verb":"get"}}}""");
        Assert.True((bool?)path["status"]!["allowed"]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TestServer.SendAsync(vera, HttpMethod.Post, $"{Reviews}/selfsubjectaccessreviews", """{"spec":{}}""")).Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.SendAsync(HttpMethod.Post, $"{Reviews}/namespaces/default/localsubjectaccessreviews",
            """{"spec":{"user":"vera","resourceAttributes":{"namespace":"other","verb":"get","resource":"pods"}}}""")).Code);

        var (_, rules) = await TestServer.SendAsync(vera, HttpMethod.Post, $"{Reviews}/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}""");
        Assert.Contains(rules["status"]!["resourceRules"]!.AsArray(), rule => rule!["resources"]!.AsArray().Any(name => (string?)name == "pods"));
        var (_, me) = await TestServer.SendAsync(vera, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        Assert.Equal("vera", (string?)me["status"]!["userInfo"]!["username"]);
        Assert.Equal(["viewers", "system:authenticated"], me["status"]!["userInfo"]!["groups"]!.AsArray().Select(group => (string?)group));
    }

    [Fact]
    public async Task Impersonation_CountsAsTheOther_ForWhoMay()
    {
        await CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"acting"}}""");
        await CreateAsync($"{Rbac}/namespaces/acting/rolebindings",
            """{"metadata":{"name":"robot"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","name":"robot","namespace":"acting"}]}""");
        await server.GetAsync($"{Rbac}/clusterroles/view", role => role["rules"] is JsonArray { Count: > 0 });
        Assert.Equal(HttpStatusCode.OK, await AsAsync(server.Admin, "system:serviceaccount:acting:robot", "/api/v1/namespaces/acting/pods"));
        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync(server.Admin, "system:serviceaccount:acting:other", "/api/v1/namespaces/acting/pods"));
        Assert.Equal(HttpStatusCode.OK, await AsAsync(server.Admin, "someone", "/api/v1/nodes", "system:masters"));
        using var low = server.Client("low");
        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync(low, "admin", "/api/v1/nodes"));
        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync(low, "low", "/api/v1/nodes", "system:masters"));
        using var nobody = server.Client(null);
        Assert.Equal(HttpStatusCode.Unauthorized, await AsAsync(nobody, "admin", "/api/v1/nodes"));
    }

    [Fact]
    public async Task Accounts_EveryNamespaceHasItsDefault_AlsoAfterItIsDeleted()
    {
        await CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"accounts"}}""");
        var first = await server.GetAsync("/api/v1/namespaces/accounts/serviceaccounts/default", _ => true);
        await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/accounts/serviceaccounts/default");
        var uid = (string?)first["metadata"]!["uid"];
        await server.GetAsync("/api/v1/namespaces/accounts/serviceaccounts/default", account => (string?)account?["metadata"]?["uid"] != uid);
        await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/accounts");
        await server.ListAsync("/api/v1/namespaces", items => items.All(item => (string?)item!["metadata"]!["name"] != "accounts"));
    }

    private async Task CreateAsync(string path, string body)
    {
        var (code, answer) = await server.SendAsync(HttpMethod.Post, path, body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
    }

    private static async Task<bool> MayAsync(HttpClient client, string attributes)
    {
        var (code, answer) = await TestServer.SendAsync(client, HttpMethod.Post, $"{Reviews}/selfsubjectaccessreviews", """{"spec":{"resourceAttributes":""" + attributes + "}}");
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
        return (bool?)answer["status"]!["allowed"] == true;
    }

    private static async Task<HttpStatusCode> AsAsync(HttpClient client, string user, string path, string? group = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Impersonate-User", user);
        if (group is not null)
        {
            request.Headers.Add("Impersonate-Group", group);
        }
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
