using Xunit;

namespace Orchestrator.Cluster.Tests.Clients;

/// <summary>Official client libraries of other languages, unmodified, do to us what they do to any cluster.</summary>
public sealed class ClientLibraryTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Cluster.Tests", "Clients");

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
}
