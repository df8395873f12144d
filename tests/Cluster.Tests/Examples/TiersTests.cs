using Orchestrator.Cluster.Tests.Hosts;
using Xunit;

namespace Orchestrator.Cluster.Tests.Examples;

/// <summary>The runbook of the three tiers, on three hosts with an engine each.</summary>
[Collection(HostCollection.Name)]
public sealed class TiersTests(HostCluster cluster)
{
    [Fact]
    public async Task Runbook_PublishesScalesBreaksAndHeals()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker") && File.Exists("/usr/bin/apt-get"), "the images need docker's client and Debian's packages");
        var engines = string.Join(',', HostCluster.Hosts.Select(host => cluster.EndpointOf(host)));
        var run = await Command.RunAsync(Path.Combine(Checkout.Root, "orch"), [Path.Combine(Checkout.Root, "examples", "tiers", "tiers.ps1"), "-DockerHost", engines],
            environment: new Dictionary<string, string> { ["KUBECONFIG"] = cluster.KubeConfig }, minutes: 10);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.EndsWith("All of it happened.", run.Output.TrimEnd(), StringComparison.Ordinal);
    }
}
