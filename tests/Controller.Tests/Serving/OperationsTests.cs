using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

/// <summary>What those look at who run the server: health, figures, the audit log; and who signs.</summary>
public sealed class OperationsTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Health_Verbose_NamesEachCheck()
    {
        using var anonymous = server.Client(null);
        var (code, text) = await TestServer.SendAsync(anonymous, HttpMethod.Get, "/livez?verbose");
        Assert.Equal((HttpStatusCode.OK, "[+]ping ok\n[+]log ok\n[+]store ok\nlivez check passed\n"), (code, (string?)text));
        Assert.Equal("ok", (string?)(await TestServer.SendAsync(anonymous, HttpMethod.Get, "/healthz")).Body);
        Assert.Equal("ok", (string?)(await TestServer.SendAsync(anonymous, HttpMethod.Get, "/readyz/store")).Body);
        Assert.Equal(HttpStatusCode.Unauthorized, (await TestServer.SendAsync(anonymous, HttpMethod.Get, "/readyz/nonesuch")).Code);
        // A test server is never told that it is ready.
        Assert.Contains("[-]informer-sync failed", (string?)(await TestServer.SendAsync(anonymous, HttpMethod.Get, "/readyz")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_CountRequestsAndObjects_ForWhoMay()
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"counted"}}""");
        var text = (string)(await server.SendAsync(HttpMethod.Get, "/metrics")).Body!;
        Assert.Contains("apiserver_request_total{verb=\"CREATE\",group=\"\",version=\"v1\",resource=\"configmaps\",subresource=\"\",scope=\"namespace\",code=\"201\"}", text, StringComparison.Ordinal);
        Assert.Matches("apiserver_storage_objects\\{resource=\"configmaps\"\\} [1-9]", text);
        Assert.Contains("apiserver_request_duration_seconds_bucket{verb=\"CREATE\"", text, StringComparison.Ordinal);
        using var nobody = server.Client("nobody");
        var (code, status) = await TestServer.SendAsync(nobody, HttpMethod.Get, "/metrics");
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden: User \"nobody\" cannot get path \"/metrics\""), (code, (string?)status["message"]));
        Assert.Equal(HttpStatusCode.OK, (await TestServer.SendAsync(nobody, HttpMethod.Get, "/apis")).Code);
    }

    [Fact]
    public async Task Audit_SaysWhoDidWhat_AndWhoActedAsWhom()
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"audited"},"data":{"k":"c2VjcmV0"}}""");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/namespaces/default/secrets/audited");
        request.Headers.Add("Impersonate-User", "ann");
        using var _ = await server.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        var entries = await server.AuditAsync(lines => lines.Count(line => (string?)line["objectRef"]?["name"] == "audited" || (string?)line["requestURI"] == "/api/v1/namespaces/default/secrets") >= 2);
        var made = entries.First(line => (string?)line["verb"] == "create" && (string?)line["objectRef"]!["resource"] == "secrets");
        Assert.Equal(("audit.k8s.io/v1", "Metadata", "ResponseComplete", "admin", 201),
            ((string?)made["apiVersion"], (string?)made["level"], (string?)made["stage"], (string?)made["user"]!["username"], (int)made["responseStatus"]!["code"]!));
        Assert.Null(made["requestObject"]);
        var deleted = entries.First(line => (string?)line["objectRef"]?["name"] == "audited");
        Assert.Equal(("admin", "ann", 403), ((string?)deleted["user"]!["username"], (string?)deleted["impersonatedUser"]!["username"], (int)deleted["responseStatus"]!["code"]!));
    }

    [Fact]
    public async Task Certificate_OfAPerson_IsSignedWhenApproved_ByWhoMay()
    {
        const string requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
        await server.SendAsync(HttpMethod.Post, requests, Request("jane", "CN=jane,O=devs"));
        using var clerk = server.Client("clerk");
        foreach (var (path, body) in new[]
        {
            ("clusterroles", """{"metadata":{"name":"clerk"},"rules":[{"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests/approval","certificatesigningrequests"],"verbs":["update","get"]}]}"""),
            ("clusterrolebindings", """{"metadata":{"name":"clerk"},"roleRef":{"kind":"ClusterRole","name":"clerk"},"subjects":[{"kind":"User","name":"clerk"}]}"""),
        })
        {
            Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, $"/apis/rbac.authorization.k8s.io/v1/{path}", body)).Code);
        }
        var (_, item) = await server.SendAsync(HttpMethod.Get, $"{requests}/jane");
        item["status"] = JsonNode.Parse("""{"certificate":"AAAA","conditions":[{"type":"Approved","status":"True","reason":"Fine","message":"m"}]}""");
        var (refused, why) = await TestServer.SendAsync(clerk, HttpMethod.Put, $"{requests}/jane/approval", item.ToJsonString());
        Assert.Equal(HttpStatusCode.Forbidden, refused);
        Assert.Contains("user not permitted to approve requests with signerName", (string?)why["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, $"{requests}/jane/approval", item.ToJsonString())).Code);
        var signed = await server.GetAsync($"{requests}/jane", found => found["status"]?["certificate"] is not null);
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String((string)signed["status"]!["certificate"]!)));
        Assert.Contains("CN=jane", certificate.Subject, StringComparison.Ordinal);
        Assert.Equal("Fine", (string?)signed["status"]!["conditions"]![0]!["reason"]);

        await server.SendAsync(HttpMethod.Post, requests, Request("mallory", "CN=mallory,O=system:masters"));
        var (_, greedy) = await server.SendAsync(HttpMethod.Get, $"{requests}/mallory");
        greedy["status"] = item["status"]!.DeepClone();
        await server.SendAsync(HttpMethod.Put, $"{requests}/mallory/approval", greedy.ToJsonString());
        var failed = await server.GetAsync($"{requests}/mallory", found => found["status"]?["conditions"] is JsonArray { Count: 2 });
        Assert.Equal("Failed", (string?)failed["status"]!["conditions"]![1]!["type"]);
        Assert.Null(failed["status"]!["certificate"]);
    }

    [Fact]
    public async Task Components_AndIssuer_AnswerWhoStillAsks()
    {
        var (_, list) = await server.SendAsync(HttpMethod.Get, "/api/v1/componentstatuses");
        Assert.Equal(["controller-manager", "scheduler", "store"], list["items"]!.AsArray().Select(part => (string?)part!["metadata"]!["name"]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "/api/v1/componentstatuses/nonesuch")).Code);
        var (_, keys) = await server.SendAsync(HttpMethod.Get, "/openid/v1/jwks");
        Assert.Equal(("EC", "P-256", "ES256"), ((string?)keys["keys"]![0]!["kty"], (string?)keys["keys"]![0]!["crv"], (string?)keys["keys"]![0]!["alg"]));
        var (_, configuration) = await server.SendAsync(HttpMethod.Get, "/.well-known/openid-configuration");
        Assert.Equal("https://kubernetes.default.svc.cluster.local", (string?)configuration["issuer"]);
    }

    private static string Request(string name, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["request"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)), ["signerName"] = "kubernetes.io/kube-apiserver-client", ["usages"] = new JsonArray("client auth") },
        }.ToJsonString();
    }
}
