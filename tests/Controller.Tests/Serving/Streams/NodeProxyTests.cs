using System.Net;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving.Streams;

/// <summary>What is not to be had through <c>nodes/proxy</c>; what is, a whole cluster shows.</summary>
public sealed class NodeProxyTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("GET", "away/proxy/metrics", HttpStatusCode.ServiceUnavailable, "the agent of node \"away\" is not connected")]
    [InlineData("GET", "nobody/proxy/metrics", HttpStatusCode.NotFound, "nodes \"nobody\" not found")]
    [InlineData("POST", "away/proxy/metrics", HttpStatusCode.MethodNotAllowed, "")]
    [InlineData("DELETE", "away/proxy/metrics", HttpStatusCode.MethodNotAllowed, "")]
    [InlineData("GET", "away/proxy/exec/default/p/c", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "away/proxy/containerLogs/default/p/c", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "away/proxy/healthz/%2e%2e/containerLogs", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "away/proxy", HttpStatusCode.NotFound, "")]
    public async Task Request_ForMoreThanFigures_IsRefused(string method, string path, HttpStatusCode expected, string message)
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/nodes", """{"metadata":{"name":"away"}}""");
        var (code, body) = await server.SendAsync(new(method), $"/api/v1/nodes/{path}", method == "POST" ? "{}" : null);
        Assert.Equal(expected, code);
        Assert.Contains(message, (string?)body["message"] ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system:node:away", "system:nodes")]
    [InlineData("somebody", "people")]
    public async Task Request_WithoutTheRight_IsForbidden(string user, string group)
    {
        using var client = server.Client(user, group);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/nodes/away/proxy/metrics")).Code);
    }
}
