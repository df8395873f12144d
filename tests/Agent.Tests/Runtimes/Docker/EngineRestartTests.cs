using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Testing;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>An engine that goes away under a living agent; it is one of its own, for the others need theirs.</summary>
public sealed class EngineRestartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Engine_Restarted_PodsAreBroughtBack(bool kill)
    {
        await using var engine = new DockerEngine();
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Running");
        await engine.RestartAsync(kill);
        // The agent may have begun a new one while the engine was on its way down.
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0] is { RestartCount: >= 1, State.Running: not null, Ready: true });
        Assert.Null(node.Runtime.Fault);
        Assert.Equal("Running", status.Phase);
        Assert.Single(await engine.Client.Containers.ListContainersAsync(
            new() { Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [ContainerLabels.Container] = true } } },
            ProcessHarness.Cancellation));
    }

    [Fact]
    public async Task Engine_HasAContainerThatItsMakerNeverHeardOf_IsRemovedWhenItIsBack()
    {
        await using var engine = new DockerEngine();
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        await node.Table.ReplaceAsync([pod], ProcessHarness.Cancellation);
        await node.SeesAsync("p", status => status.Phase == "Running");
        // What is left when the engine dies after making a sandbox and before saying so, and the pod goes meanwhile.
        var all = await engine.Client.Containers.ListContainersAsync(new(), ProcessHarness.Cancellation);
        var sandbox = all.Single(container => !container.Labels.ContainsKey(ContainerLabels.Container));
        var lost = await engine.Client.Containers.CreateContainerAsync(
            new() { Image = sandbox.ImageID, Labels = new Dictionary<string, string>(sandbox.Labels) { [ContainerLabels.PodUid] = "uid-gone" } }, ProcessHarness.Cancellation);
        await engine.RestartAsync(kill: true);
        await Eventually.SeesAsync(
            () => engine.Client.Containers.ListContainersAsync(new() { All = true }, ProcessHarness.Cancellation).GetAwaiter().GetResult(),
            left => left.All(container => container.ID != lost.ID));
        await node.SeesAsync("p", status => status.ContainerStatuses[0] is { RestartCount: >= 1, State.Running: not null, Ready: true });
    }

    [Fact]
    public async Task Engine_TakesAContainerForEndedWhoseProcessRuns_TheProcessIsKilled()
    {
        await using var engine = new DockerEngine();
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        await node.Table.ReplaceAsync([pod], ProcessHarness.Cancellation);
        await node.SeesAsync("p", status => status.Phase == "Running");
        var all = await engine.Client.Containers.ListContainersAsync(new(), ProcessHarness.Cancellation);
        var sandbox = all.Single(container => !container.Labels.ContainsKey(ContainerLabels.Container));
        var made = await engine.Client.Containers.CreateContainerAsync(new() { Image = sandbox.ImageID, Labels = sandbox.Labels }, ProcessHarness.Cancellation);
        // As an engine leaves it that was killed between the container's start and noting it.
        var cgroup = Directory.CreateDirectory(Path.Combine(Directory.Exists("/sys/fs/cgroup/pids") ? "/sys/fs/cgroup/pids" : "/sys/fs/cgroup", made.ID));
        using var process = System.Diagnostics.Process.Start("sleep", "1000");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(cgroup.FullName, "cgroup.procs"), $"{process.Id}", ProcessHarness.Cancellation);
            await engine.RestartAsync(kill: true);
            await process.WaitForExitAsync(ProcessHarness.Cancellation).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, ProcessHarness.Cancellation);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            cgroup.Delete();
        }
        await node.SeesAsync("p", status => status.ContainerStatuses[0] is { RestartCount: >= 1, State.Running: not null, Ready: true });
    }

    [Theory]
    [InlineData("4:pids:/docker/abc", true)]
    [InlineData("0::/system.slice/docker-abc.scope", true)]
    [InlineData("0::/docker/abc/init.scope", true)]
    [InlineData("0::/docker/abcd", false)]
    [InlineData("0::/", false)]
    public void Strays_Membership_IsOfTheContainerWhosePathItIs(string membership, bool expected) =>
        Assert.Equal(expected, StrayProcesses.IsIn($"{membership}\n", new HashSet<string> { "abc" }));

    [Fact]
    public async Task Answers_NoSocket_IsFalse() => Assert.False(await EngineConnection.AnswersAsync(
        new Uri("unix:///no/such/socket"), TimeProvider.System, ProcessHarness.Cancellation));
}
