using Orchestrator.Agent.Runtimes;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class ProcessUsageTests
{
    [Fact]
    public async Task Usage_CountsEveryProcessOfTheContainer_AndKeepsTheTimeOfThoseThatEnded()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        // The loop is a child of a child that goes away: nobody in the container waits for it.
        var id = await harness.StartAsync("(sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; echo counted' &); exec sleep 600");

        await Eventually.SeesAsync(() => Read(harness, id).GetAwaiter().GetResult()?.CpuTime, time => time >= TimeSpan.FromMilliseconds(100));
        await harness.LogContainsAsync(id, "counted");
        var after = await Read(harness, id);
        var later = await Read(harness, id);

        Assert.InRange(after?.WorkingSetBytes ?? 0, 100_000, 100_000_000);
        Assert.True(later?.CpuTime >= TimeSpan.FromMilliseconds(100), $"the time of a process that ended is lost: {later}");
        Assert.True(later?.CpuTime >= after?.CpuTime);
    }

    [Fact]
    public async Task Usage_OfAnEndedContainer_IsNotTold()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("true");
        await harness.ExitedAsync(id);

        Assert.Null(await Read(harness, id));
    }

    private static async Task<ContainerUsage?> Read(ProcessHarness harness, string id)
    {
        var found = (await harness.Runtime.ReadUsageAsync(ProcessHarness.Cancellation)).Where(usage => usage.ContainerId == id).ToList();
        return found.Count == 0 ? null : found[0];
    }
}
