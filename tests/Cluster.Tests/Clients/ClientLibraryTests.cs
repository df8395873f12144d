using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Clients;

/// <summary>Official client libraries of other languages, unmodified, do to us what they do to any cluster.</summary>
public sealed class ClientLibraryTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Cluster.Tests", "Clients");

    [Fact]
    public async Task CSharp_ListsWatchesPatchesAndApplies()
    {
        var core = cluster.Client.CoreV1;
        var space = (await core.CreateNamespaceAsync(new() { Metadata = new() { Name = "csharp" } })).Metadata.Name;
        var first = await core.ListNamespacedConfigMapAsync(space, labelSelector: "of=test");
        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            await foreach (var (type, item) in core.WatchListNamespacedConfigMapAsync(
                space, labelSelector: "of=test", resourceVersion: first.Metadata.ResourceVersion, timeoutSeconds: 60, cancellationToken: TestContext.Current.CancellationToken))
            {
                seen.Add($"{type} {item.Data["k"]}");
                if (type == WatchEventType.Deleted)
                {
                    return;
                }
            }
        }, TestContext.Current.CancellationToken);
        await core.CreateNamespacedConfigMapAsync(Map("created"), space);
        await core.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"k":"merged"}}""", V1Patch.PatchType.MergePatch), "a", space);
        await core.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"k":"strategic"}}""", V1Patch.PatchType.StrategicMergePatch), "a", space);
        await core.PatchNamespacedConfigMapAsync(new V1Patch("""[{"op":"replace","path":"/data/k","value":"json"}]""", V1Patch.PatchType.JsonPatch), "a", space);
        var refused = await Assert.ThrowsAsync<HttpOperationException>(() => ApplyAsync(force: null));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.Response.StatusCode);
        Assert.Contains("data.k", refused.Response.Content, StringComparison.Ordinal);
        var applied = await ApplyAsync(force: true);
        Assert.Contains(applied.Metadata.ManagedFields, entry => entry is { Manager: "csharp", Operation: "Apply" });
        await core.DeleteNamespacedConfigMapAsync("a", space);
        await watching;
        Assert.Equal(["Added created", "Modified merged", "Modified strategic", "Modified json", "Modified applied", "Deleted applied"], seen);

        Task<V1ConfigMap> ApplyAsync(bool? force) =>
            core.PatchNamespacedConfigMapAsync(new V1Patch(Map("applied"), V1Patch.PatchType.ApplyPatch), "a", space, fieldManager: "csharp", force: force);
    }

    [Fact]
    public async Task Python_ListsWatchesPatchesAndReadsLogs()
    {
        var there = File.Exists(Python) && (await Command.RunAsync(Python, ["-c", "import kubernetes"])).ExitCode == 0;
        Assert.SkipUnless(there, "the Python client library is not installed (Debian: python3-kubernetes)");
        var result = await Command.RunAsync(Python, [Path.Combine(Folder, "client.py"), cluster.KubeConfig]);
        Assert.Equal("the Python client finds nothing missing\n", result.Succeeded());
    }

    [Fact]
    public async Task JavaScript_ListsWatchesPatchesAppliesAndStreams()
    {
        var folder = Path.Combine(Folder, "javascript");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules")), "the JavaScript client library is not installed (npm ci in tests/Cluster.Tests/Clients/javascript)");
        var result = await Command.RunAsync("node", [Path.Combine(folder, "client.js"), cluster.KubeConfig]);
        Assert.Equal("the JavaScript client finds nothing missing\n", result.Succeeded());
    }

    private static V1ConfigMap Map(string value) => new()
    {
        ApiVersion = "v1", Kind = "ConfigMap", Metadata = new() { Name = "a", Labels = new Dictionary<string, string> { ["of"] = "test" } }, Data = new Dictionary<string, string> { ["k"] = value },
    };
}
