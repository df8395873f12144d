using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Testing;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class DockerUsageTests(DockerEngine engine)
{
    [Fact]
    public async Task Usage_OfARunningContainer_GrowsWithItsWork()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Table.Set(Samples.Pod("p", Samples.Shell("busy", "while :; do :; done")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        var first = await Eventually.SeesAsync(() => Read(node), usage => usage?.CpuTime > TimeSpan.Zero);

        var later = await Eventually.SeesAsync(() => Read(node), usage => usage?.CpuTime >= first?.CpuTime + TimeSpan.FromMilliseconds(100));

        Assert.InRange(later?.WorkingSetBytes ?? 0, 10_000, 100_000_000);
    }

    private static ContainerUsage? Read(NodeHarness node)
    {
        // Asked of the engine where cgroups are out of reach: not on a thread of the test's own.
        var found = Task.Run(async () => await node.Runtime.ReadUsageAsync(ProcessHarness.Cancellation)).GetAwaiter().GetResult();
        return found.Count == 0 ? null : Assert.Single(found);
    }
}
