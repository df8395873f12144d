using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class ProcessRuntimeTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public async Task Start_CommandEnds_ItsExitCodeIsSeen(string script, int exitCode)
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var ended = await harness.ExitedAsync(await harness.StartAsync(script));
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.True(ended.FinishedAt >= ended.CreatedAt);
    }

    [Fact]
    public async Task Start_Environment_IsThePodsAndNotTheAgents()
    {
        Environment.SetEnvironmentVariable("AGENT_ONLY", "leak");
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync(
            "echo \"$POD_IP $GREETING [$AGENT_ONLY] $d\"; tr '\\0' '\\n' </proc/self/environ | grep odd",
            environment: new Dictionary<string, string> { ["GREETING"] = "hi there", ["d"] = "kept", ["my.odd-name"] = "odd value" });
        await harness.ExitedAsync(id);
        var log = await harness.ReadLogAsync(id);
        Assert.StartsWith("127.90.1.1 hi there [] kept\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoSuchProgram_IsRunContainerErrorAndLeavesItEnded()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.Runtime.CreateContainerAsync(
            new()
            {
                PodUid = ProcessHarness.PodUid, Namespace = "default", PodName = "p", Name = "c", Attempt = 0, Image = "host", Command = ["no-such-program"],
            },
            ProcessHarness.Cancellation);
        var error = await Assert.ThrowsAsync<RunContainerException>(() => harness.Runtime.StartContainerAsync(id, ProcessHarness.Cancellation));
        Assert.Equal("exec: \"no-such-program\": executable file not found in $PATH", error.Message);
        var ended = harness.Observe(id);
        Assert.Equal((ContainerState.Exited, 128, "StartError"), (ended.State, ended.ExitCode, ended.Reason));
    }

    [Fact]
    public async Task Stop_HandlesTerm_EndsWithItsOwnCode()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("trap 'echo stopping; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        await harness.LogContainsAsync(id, "ready");
        await harness.Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(20), ProcessHarness.Cancellation);
        Assert.Equal(5, harness.Observe(id).ExitCode);
        Assert.Contains("stopping", await harness.ReadLogAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_IgnoresTerm_IsKilledWithAllItStarted()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("trap '' TERM; sleep 1000 & setsid sleep 1000 & echo ready; while :; do sleep 0.05; done");
        await harness.LogContainsAsync(id, "ready");
        Assert.True(ProcessHarness.Processes(id).Count >= 4);
        await harness.Runtime.StopContainerAsync(id, TimeSpan.FromMilliseconds(200), ProcessHarness.Cancellation);
        Assert.Equal(137, harness.Observe(id).ExitCode);
        Assert.Empty(ProcessHarness.Processes(id));
    }

    [Fact]
    public async Task Stop_RightAfterStart_Stops()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("exec sleep 1000");
        await harness.Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(20), ProcessHarness.Cancellation);
        Assert.Equal(143, harness.Observe(id).ExitCode);
    }

    [Fact]
    public async Task Exit_LeavesProcessesBehind_TheyAreEnded()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("sleep 1000 & setsid sleep 1000 & exit 0");
        Assert.Equal(0, (await harness.ExitedAsync(id)).ExitCode);
        Assert.Empty(ProcessHarness.Processes(id));
    }

    [Fact]
    public async Task Exit_WhileProcessesOutsideItsSessionChangePrograms_TheyAreEnded()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            // Each of the eight goes from program to program for as long as it lives: a sweep meets them in the middle of an exec.
            var id = await harness.StartAsync("loop='exec sh -c \"$0\" \"$0\"'; for i in 1 2 3 4 5 6 7 8; do setsid sh -c \"$loop\" \"$loop\" & done; exit 0", attempt);
            Assert.Equal(0, (await harness.ExitedAsync(id)).ExitCode);
            Assert.Empty(ProcessHarness.Processes(id));
        }
    }

    [Fact]
    public async Task Exec_InRunningContainer_SeesItsEnvironment()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("exec sleep 1000", environment: new Dictionary<string, string> { ["GREETING"] = "hi" });
        var result = await harness.Runtime.ExecAsync(id, ["sh", "-c", "echo $GREETING; exit 3"], TimeSpan.FromSeconds(20), ProcessHarness.Cancellation);
        Assert.Equal((3, "hi\n", false), (result.ExitCode, result.Output, result.TimedOut));
    }

    [Fact]
    public async Task Exec_TakesTooLong_IsEnded()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var id = await harness.StartAsync("exec sleep 1000");
        var result = await harness.Runtime.ExecAsync(id, ["sh", "-c", "sleep 999; :"], TimeSpan.FromMilliseconds(100), ProcessHarness.Cancellation);
        Assert.True(result.TimedOut);
        await Eventually.SeesAsync(() => ProcessHarness.Processes(id).Count, count => count == 2);
    }

    [Fact]
    public async Task Image_Folder_GivesEntrypointArgumentsEnvironmentAndDirectory()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var folder = Path.Combine(harness.ImageRoot, "app", "v1");
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder, "run.sh"), "#!/bin/sh\necho \"$1 $VERSION $PWD\"\n", ProcessHarness.Cancellation);
        File.SetUnixFileMode(Path.Combine(folder, "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "image.json"),
            """{ "entrypoint": ["run.sh"], "cmd": ["default"], "env": { "VERSION": "1" }, "workingDir": "data" }""",
            ProcessHarness.Cancellation);
        Assert.StartsWith("sha256:", (await harness.Runtime.PullImageAsync("app:v1", [], ProcessHarness.Cancellation)).Id, StringComparison.Ordinal);
        Assert.Equal($"default 1 {folder}/data\n", await RunAsync(harness, []));
        Assert.Equal($"given 1 {folder}/data\n", await RunAsync(harness, ["given"]));
    }

    [Fact]
    public async Task Image_NothingButAnEntrypoint_Starts()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        var folder = Directory.CreateDirectory(Path.Combine(harness.ImageRoot, "app", "v1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "image.json"), """{ "entrypoint": ["true"] }""", ProcessHarness.Cancellation);
        Assert.Equal("", await RunAsync(harness, []));
    }

    [Theory]
    [InlineData("none:v1", "not found")]
    [InlineData("broken:v1", "image.json is not valid")]
    public async Task Image_MissingOrBroken_IsImagePullError(string image, string message)
    {
        await using var harness = await ProcessHarness.CreateAsync();
        Directory.CreateDirectory(Path.Combine(harness.ImageRoot, "broken", "v1"));
        await File.WriteAllTextAsync(
            Path.Combine(harness.ImageRoot, "broken", "v1", "image.json"), """{ "entrypoints": [] }""", ProcessHarness.Cancellation);
        var error = await Assert.ThrowsAsync<ImagePullException>(() => harness.Runtime.PullImageAsync(image, [], ProcessHarness.Cancellation));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(ProcessHarness harness, IReadOnlyList<string> args)
    {
        var id = await harness.Runtime.CreateContainerAsync(
            new() { PodUid = ProcessHarness.PodUid, Namespace = "default", PodName = "p", Name = "c", Attempt = 0, Image = "app:v1", Args = args },
            ProcessHarness.Cancellation);
        await harness.Runtime.StartContainerAsync(id, ProcessHarness.Cancellation);
        await harness.ExitedAsync(id);
        return await harness.ReadLogAsync(id);
    }
}
