using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class AdoptionTests
{
    [Fact]
    public async Task Restart_RunningContainer_GoesOnAndCanBeStopped()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("i=0; while :; do echo $i; i=$((i+1)); sleep 0.02; done");
        await harness.LogContainsAsync(id, "3\n");
        var before = (harness.Observe(id), harness.MainPid(id));
        await harness.RestartAsync();
        var after = (harness.Observe(id), harness.MainPid(id));
        Assert.Equal(before, after);
        await harness.LogContainsAsync(id, "40\n");
        var lines = (await harness.ReadLogAsync(id)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, lines.Length).Select(i => $"{i}"), lines);
        await harness.Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(20), ProcessHarness.Cancellation);
        Assert.Equal(143, harness.Observe(id).ExitCode);
    }

    [Fact]
    public async Task Restart_ContainerEndedMeanwhile_ItsExitCodeIsKnown()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var gate = Path.Combine(harness.Folder, "gate");
        var id = await harness.StartAsync($"until [ -e {gate} ]; do sleep 0.02; done; echo last words; exit 9");
        await harness.Runtime.DisposeAsync();
        await File.WriteAllTextAsync(gate, "", ProcessHarness.Cancellation);
        await Eventually.SeesAsync(() => ProcessHarness.Processes(id).Count, count => count == 0);
        await harness.RestartAsync();
        var ended = harness.Observe(id);
        Assert.Equal((ContainerState.Exited, 9), (ended.State, ended.ExitCode));
        Assert.Equal("last words\n", await harness.ReadLogAsync(id));
    }

    [Fact]
    public async Task Restart_Sandbox_KeepsItsAddressAndNobodyElseGetsIt()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        await harness.RestartAsync();
        var sandbox = (await harness.Runtime.ListAsync(ProcessHarness.PodUid, ProcessHarness.Cancellation)).Single().Sandbox;
        Assert.Equal("127.90.1.1", sandbox?.Address);
        var other = await harness.Runtime.RunSandboxAsync(
            new() { PodUid = "other", Namespace = "default", PodName = "o", Hostname = "o" }, ProcessHarness.Cancellation);
        Assert.Equal("127.90.1.2", other.Address);
    }

    [Fact]
    public async Task ShimKilled_WhileWatched_ContainerEndsAndNothingIsLeft()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("echo ready; sleep 1000");
        await harness.LogContainsAsync(id, "ready");
        Native.Kill(harness.ShimPid(id), Native.SigKill);
        var ended = await harness.ExitedAsync(id);
        Assert.Equal((137, "ContainerStatusUnknown"), (ended.ExitCode, ended.Reason));
        Assert.Empty(ProcessHarness.Processes(id));
    }

    [Fact]
    public async Task ShimKilled_WhileNobodyWatched_ContainerEndsAtTheNextStart()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("echo ready; sleep 1000");
        await harness.LogContainsAsync(id, "ready");
        await harness.Runtime.DisposeAsync();
        Native.Kill(harness.ShimPid(id), Native.SigKill);
        await Eventually.SeesAsync(() => ProcessTable.ReadStartTicks(harness.ShimPid(id)), ticks => ticks is null);
        await harness.RestartAsync();
        Assert.Equal((137, "ContainerStatusUnknown"), (harness.Observe(id).ExitCode, harness.Observe(id).Reason));
        Assert.Empty(ProcessHarness.Processes(id));
    }

    [Fact]
    public async Task Restart_BeforeTheStartWasWrittenDown_AdoptsByTheShimsOwnNote()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("echo ready; exec sleep 1000");
        await harness.LogContainsAsync(id, "ready");
        File.Delete(Path.Combine(ProcessFolders.Containers(harness.Folder), id, "started.json"));
        await harness.RestartAsync();
        Assert.Equal(ContainerState.Running, harness.Observe(id).State);
    }

    [Fact]
    public async Task Restart_PidBelongsToAnother_IsNotTakenForTheContainer()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("exit 0");
        await harness.ExitedAsync(id);
        var folder = Path.Combine(ProcessFolders.Containers(harness.Folder), id);
        File.Delete(Path.Combine(folder, "run", "exit"));
        // As if the machine had restarted and this test had got the shim's pid.
        await File.WriteAllTextAsync(
            Path.Combine(folder, "started.json"),
            $$"""{ "pid": {{Environment.ProcessId}}, "startTicks": 1, "startedAt": "2026-01-01T00:00:00Z" }""",
            ProcessHarness.Cancellation);
        await harness.RestartAsync();
        Assert.Equal("ContainerStatusUnknown", harness.Observe(id).Reason);
    }

    [Fact]
    public async Task Restart_HalfMadeContainer_IsRemoved()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var folder = Path.Combine(ProcessFolders.Containers(harness.Folder), "0123");
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        await harness.RestartAsync();
        Assert.False(Directory.Exists(folder));
    }
}
