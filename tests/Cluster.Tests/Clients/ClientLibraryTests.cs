using Xunit;

namespace Orchestrator.Cluster.Tests.Clients;

/// <summary>Official client libraries of other languages, unmodified, do to us what they do to any cluster.</summary>
public sealed class ClientLibraryTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Python_ListsWatchesPatchesAndReadsLogs()
    {
        var there = File.Exists(Python) && (await Command.RunAsync(Python, ["-c", "import kubernetes"])).ExitCode == 0;
        Assert.SkipUnless(there, "the Python client library is not installed (Debian: python3-kubernetes)");
        var result = await Command.RunAsync(Python, [Path.Combine(Checkout.Root, "tests", "Cluster.Tests", "Clients", "client.py"), cluster.KubeConfig]);
        Assert.Equal("the Python client finds nothing missing\n", result.Succeeded());
    }
}
