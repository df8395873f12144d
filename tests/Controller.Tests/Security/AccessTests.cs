using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Security;

public sealed class AccessTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/livez", 200)]
    [InlineData("/version", 200)]
    [InlineData("/api/v1/namespaces", 401)]
    [InlineData("/apis", 401)]
    [InlineData("/openapi/v3", 401)]
    [InlineData("/nothing", 401)]
    public async Task Anonymous_MayAskHealthAndVersionOnly(string path, int expected)
    {
        using var client = server.Client(null);
        Assert.Equal(expected, (int)(await TestServer.SendAsync(client, HttpMethod.Get, path)).Code);
    }

    [Fact]
    public async Task UserWithoutRole_IsForbiddenByName()
    {
        using var client = server.Client("eve", "curious");
        var (code, status) = await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/namespaces/default/secrets");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal("secrets is forbidden: User \"eve\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"", (string?)status["message"]);
    }

    [Fact]
    public async Task FirstRequestsOfAConnection_SideBySide_AreAllAnswered()
    {
        for (var connection = 0; connection < 25; connection++)
        {
            using var client = server.Client("admin", "system:masters");
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/namespaces/default")));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Code));
        }
    }

    [Fact]
    public async Task Node_MayTouchItsOwnOnly()
    {
        using var client = server.Client("system:node:n1", "system:nodes");
        Assert.Equal(HttpStatusCode.Created, (await TestServer.SendAsync(client, HttpMethod.Post, "/api/v1/nodes", """{"metadata":{"name":"n1"}}""")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Post, "/api/v1/nodes", """{"metadata":{"name":"n2"}}""")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/nodes/n2")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/pods")).Code);
        Assert.Equal(HttpStatusCode.OK, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/pods?fieldSelector=spec.nodeName%21%3Dn2")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Post, "/api/v1/namespaces/default/pods", "{}")).Code);
    }

    [Theory]
    [InlineData("GET", "/api/v1/services", HttpStatusCode.OK)]
    [InlineData("GET", "/api/v1/namespaces/default/services/kubernetes", HttpStatusCode.OK)]
    [InlineData("GET", "/apis/discovery.k8s.io/v1/endpointslices", HttpStatusCode.OK)]
    [InlineData("DELETE", "/api/v1/namespaces/default/services/kubernetes", HttpStatusCode.Forbidden)]
    [InlineData("GET", "/api/v1/namespaces/default/services/kubernetes/proxy/", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes", HttpStatusCode.Forbidden)]
    public async Task Node_ReadsServicesAndSlices_AndWritesNone(string method, string path, HttpStatusCode expected)
    {
        using var client = server.Client("system:node:n1", "system:nodes");
        Assert.Equal(expected, (await TestServer.SendAsync(client, new(method), path)).Code);
    }

    [Fact]
    public async Task Node_ReadsOnlySecretsThatItsPodsName()
    {
        using var client = server.Client("system:node:n9", "system:nodes");
        foreach (var name in new[] { "named", "other" })
        {
            await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets", $$$"""{"metadata":{"name":"{{{name}}}"},"stringData":{"k":"v"}}""");
        }
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods",
            """{"metadata":{"name":"reader"},"spec":{"nodeName":"n9","containers":[{"name":"c","image":"host","envFrom":[{"secretRef":{"name":"named"}}]}]}}""");
        Assert.Equal(HttpStatusCode.OK, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/namespaces/default/secrets/named")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/namespaces/default/secrets/other")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/namespaces/default/secrets")).Code);
    }

    [Theory]
    [InlineData("good00", "2099-01-01T00:00:00Z", "good00.0123456789abcdef", 201)]
    [InlineData("past00", "2020-01-01T00:00:00Z", "past00.0123456789abcdef", 401)]
    [InlineData("secr00", "2099-01-01T00:00:00Z", "secr00.fedcba9876543210", 401)]
    [InlineData("none00", "2099-01-01T00:00:00Z", "gone00.0123456789abcdef", 401)]
    [InlineData("form00", "2099-01-01T00:00:00Z", "nonsense", 401)]
    public async Task BootstrapToken_ValidOrNot_IsJudged(string id, string expiration, string shown, int expected)
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/kube-system/secrets", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "bootstrap-token-" + id },
            ["type"] = "bootstrap.kubernetes.io/token",
            ["stringData"] = new JsonObject
            {
                ["token-id"] = id, ["token-secret"] = "0123456789abcdef", ["expiration"] = expiration, ["usage-bootstrap-authentication"] = "true",
                ["auth-extra-groups"] = "system:bootstrappers:orchestrator:default-node-token",
            },
        }.ToJsonString());
        using var client = server.Client(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", shown);
        var (code, _) = await TestServer.SendAsync(client, HttpMethod.Post, "/apis/certificates.k8s.io/v1/certificatesigningrequests", Request($"csr-{id}", "system:node:joiner"));
        Assert.Equal(expected, (int)code);
        if (expected == 201)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Get, "/api/v1/namespaces/kube-system/secrets")).Code);
        }
    }

    [Fact]
    public async Task SigningRequest_OfAStranger_IsNotSignedByItself()
    {
        await server.SendAsync(HttpMethod.Post, "/apis/certificates.k8s.io/v1/certificatesigningrequests", Request("by-admin", "system:node:sneaky"));
        await server.SendAsync(HttpMethod.Post, "/apis/certificates.k8s.io/v1/certificatesigningrequests", Request("wrong-name", "admin"));
        // The reconciler handles requests in order: when the second has its verdict, the first was looked at.
        for (var i = 0; i < 200; i++)
        {
            var (_, item) = await server.SendAsync(HttpMethod.Get, "/apis/certificates.k8s.io/v1/certificatesigningrequests/wrong-name");
            if (item["status"]?["conditions"]?[0] is { } condition)
            {
                Assert.Equal("Failed", (string?)condition["type"]);
                break;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        var (_, first) = await server.SendAsync(HttpMethod.Get, "/apis/certificates.k8s.io/v1/certificatesigningrequests/by-admin");
        Assert.Null(first["status"]?["certificate"]);
        Assert.Equal("admin", (string?)first["spec"]!["username"]);
    }

    private static string Request(string name, string user)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var builder = new System.Security.Cryptography.X509Certificates.X500DistinguishedNameBuilder();
        builder.AddOrganizationName("system:nodes");
        builder.AddCommonName(user);
        var pem = new System.Security.Cryptography.X509Certificates.CertificateRequest(builder.Build(), key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSigningRequestPem();
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["request"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem)),
                ["signerName"] = "kubernetes.io/kube-apiserver-client-kubelet",
                ["usages"] = new JsonArray("digital signature", "client auth"),
                ["username"] = "somebody-else",
            },
        }.ToJsonString();
    }
}
