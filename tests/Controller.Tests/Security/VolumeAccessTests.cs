using System.Net;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Security;

/// <summary>An agent reads and writes of volumes what its own node needs, and no more.</summary>
public sealed class VolumeAccessTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Volumes = "/api/v1/persistentvolumes";
    private const string Claims = "/api/v1/namespaces/default/persistentvolumeclaims";

    [Fact]
    public async Task Node_SeesAndWritesItsOwnVolumesOnly()
    {
        await CreateAsync("mine", "n1");
        await CreateAsync("others", "n2");
        await CreateAsync("going", "n1");
        using var client = server.Client("system:node:n1", "system:nodes");
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Get, Volumes));
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Get, $"{Volumes}?fieldSelector=spec.csi.volumeAttributes.node%3Dn2"));
        var (code, list) = await TestServer.SendAsync(client, HttpMethod.Get, $"{Volumes}?fieldSelector=spec.csi.volumeAttributes.node%3Dn1");
        Assert.Equal((HttpStatusCode.OK, 2), (code, list["items"]!.AsArray().Count));
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Get, $"{Volumes}/others"));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(client, "mine", """{"metadata":{"annotations":{"orchestrator.dev/made-size":"1Gi","orchestrator.dev/volume-problem":null}}}"""));
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(client, "others", """{"metadata":{"annotations":{"orchestrator.dev/made-size":"1Gi"}}}"""));
        foreach (var patch in new[]
        {
            """{"metadata":{"annotations":{"other":"x"}}}""", """{"metadata":{"finalizers":null}}""", """{"metadata":{"labels":{"a":"b"}}}""",
            """{"spec":{"capacity":{"storage":"9Gi"}}}""", """{"spec":{"claimRef":{"name":"stolen","namespace":"default"}}}""", """{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}""",
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(client, "mine", patch));
        }
        // Applying is patching, and where nothing is, creating.
        foreach (var (name, body) in new[]
        {
            ("mine", "{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolume\",\"metadata\":{\"name\":\"mine\",\"labels\":{\"a\":\"b\"}}}"),
            ("new", "{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolume\",\"metadata\":{\"name\":\"new\"},\"spec\":{\"capacity\":{\"storage\":\"1Gi\"},\"accessModes\":[\"ReadWriteOnce\"],\"hostPath\":{\"path\":\"/\"}}}"),
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(client, HttpMethod.Patch, $"{Volumes}/{name}?fieldManager=n1", body, "application/apply-patch+yaml")).Code);
        }
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Patch, $"{Volumes}/mine/status", """{"status":{"phase":"Failed"}}"""));
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Delete, $"{Volumes}/mine"));
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Post, Volumes, "{}"));
        // Of what is on its way out it lets go, of its own hold and of nobody else's.
        await server.SendAsync(HttpMethod.Delete, $"{Volumes}/going");
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(client, "going", """{"metadata":{"finalizers":["somebody.else/now"]}}"""));
        var (code2, left) = await TestServer.SendAsync(client, HttpMethod.Patch, $"{Volumes}/going",
            """{"metadata":{"$deleteFromPrimitiveList/finalizers":["orchestrator.dev/volume-data"]}}""", "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code2);
        Assert.DoesNotContain("volume-data", left["metadata"]!["finalizers"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_ReadsTheClaimsOfItsPodsOnly()
    {
        using var client = server.Client("system:node:n7", "system:nodes");
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Get, Claims));
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, Claims,
            """{"metadata":{"name":"used"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Mi"}}}}""")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Get, $"{Claims}/used"));
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods",
            """{"metadata":{"name":"user"},"spec":{"nodeName":"n7","containers":[{"name":"c","image":"host"}],"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"used"}}]}}""")).Code);
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(client, HttpMethod.Get, $"{Claims}/used"));
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Patch, $"{Claims}/used", "{}"));
        // A claim of the same name in another namespace is another's.
        Assert.Equal(HttpStatusCode.Forbidden, await CodeAsync(client, HttpMethod.Get, "/api/v1/namespaces/kube-system/persistentvolumeclaims/used"));
    }

    private async Task CreateAsync(string name, string node)
    {
        var (code, body) = await server.SendAsync(HttpMethod.Post, Volumes, $$"""
            {"metadata":{"name":"{{name}}","finalizers":["orchestrator.dev/volume-data","example.com/other"]},
             "spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"csi":{"driver":"local.orchestrator.dev","volumeHandle":"{{name}}","volumeAttributes":{"node":"{{node}}"} } } }
            """);
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    private static Task<HttpStatusCode> PatchAsync(HttpClient client, string volume, string patch) => CodeAsync(client, HttpMethod.Patch, $"{Volumes}/{volume}", patch);

    private static async Task<HttpStatusCode> CodeAsync(HttpClient client, HttpMethod method, string path, string? body = null) =>
        (await TestServer.SendAsync(client, method, path, body, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json")).Code;
}
