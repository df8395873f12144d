using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Serving;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

public sealed class ApiRequestTests
{
    [Theory]
    [InlineData("GET", "/api/v1/pods", false, "list pods  ")]
    [InlineData("GET", "/api/v1/pods", true, "watch pods  ")]
    [InlineData("GET", "/api/v1/namespaces/shop/pods/web/log", false, "get pods/log shop web")]
    [InlineData("POST", "/apis/apps/v1/namespaces/shop/deployments", false, "create deployments.apps shop ")]
    [InlineData("PUT", "/apis/apps/v1/namespaces/shop/deployments/web/scale", false, "update deployments.apps/scale shop web")]
    [InlineData("GET", "/api/v1/namespaces", false, "list namespaces  ")]
    [InlineData("GET", "/api/v1/namespaces/shop", false, "get namespaces  shop")]
    [InlineData("PUT", "/api/v1/namespaces/shop/status", false, "update namespaces/status  shop")]
    [InlineData("DELETE", "/api/v1/namespaces/shop/pods", false, "deletecollection pods shop ")]
    [InlineData("PATCH", "/api/v1/nodes/n1/status", false, "patch nodes/status  n1")]
    [InlineData("GET", "/api/v1/namespaces/shop/pods/web", true, "watch pods shop web")]
    public void Parse_ServedPath_IsUnderstood(string method, string path, bool watch, string expected)
    {
        var request = ApiRequest.Parse(method, path, watch, ServedKinds.FindFixed)!;
        var sub = request.Subresource is null ? "" : "/" + request.Subresource;
        Assert.Equal(expected, $"{request.Verb} {request.Kind.GroupResource}{sub} {request.Namespace} {request.Name}");
    }

    [Theory]
    [InlineData("/api/v1/gadgets")]
    [InlineData("/apis/apps/v2/deployments")]
    [InlineData("/api/v1/pods/web")]
    [InlineData("/api/v1/namespaces/shop/nodes")]
    [InlineData("/api/v1/namespaces/shop/pods/web/scale")]
    [InlineData("/api/v1/namespaces/shop/pods/web/log/extra")]
    [InlineData("/")]
    public void Parse_OtherPath_IsNull(string path) => Assert.Null(ApiRequest.Parse("GET", path, false, ServedKinds.FindFixed));

    [Fact]
    public void Parse_OddMethod_IsNotAllowed() =>
        Assert.Equal(StatusReason.MethodNotAllowed, Assert.Throws<ApiException>(() => ApiRequest.Parse("TRACE", "/api/v1/pods", false, ServedKinds.FindFixed)).Reason);
}
