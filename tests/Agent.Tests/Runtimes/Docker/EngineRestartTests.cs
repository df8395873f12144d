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
    public async Task Answers_NoSocket_IsFalse() => Assert.False(await EngineConnection.AnswersAsync(
        new Uri("unix:///no/such/socket"), TimeProvider.System, ProcessHarness.Cancellation));
}
