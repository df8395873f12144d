using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>What probes do to a pod, on every runtime.</summary>
public abstract class PodProbeTests
{
    private protected abstract Task<NodeHarness> CreateAsync();

    [Fact]
    public async Task Liveness_Fails_RestartsTheContainer()
    {
        await using var node = await CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.LivenessProbe = new() { Exec = new() { Command = ["false"] }, PeriodSeconds = 1, FailureThreshold = 1 };
        var pod = Pod("p", container);
        pod.Spec.TerminationGracePeriodSeconds = 1;
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount == 1);
        Assert.Contains("Unhealthy", node.Api.Events);
    }

    [Fact]
    public async Task Readiness_FailsAndPasses_IsFollowed()
    {
        await using var node = await CreateAsync();
        var gate = $"/tmp/gate-{Guid.NewGuid():N}";
        var container = Shell("c", "exec sleep 1000");
        container.ReadinessProbe = new() { Exec = new() { Command = ["test", "-e", gate] }, PeriodSeconds = 1, FailureThreshold = 1 };
        node.Table.Set(Pod("p", container));
        await node.SeesAsync("p", status => status.Phase == "Running" && !IsReady(status));
        await ExecAsync(node, "touch", gate);
        await node.SeesAsync("p", IsReady);
        await ExecAsync(node, "rm", gate);
        await node.SeesAsync("p", status => !IsReady(status));
    }

    [Fact]
    public async Task Startup_PassesLater_HoldsBackTheOtherProbesUntilThen()
    {
        await using var node = await CreateAsync();
        var gate = $"/tmp/gate-{Guid.NewGuid():N}";
        var container = Shell("c", "exec sleep 1000");
        container.StartupProbe = new() { Exec = new() { Command = ["test", "-e", gate] }, PeriodSeconds = 1, FailureThreshold = 100 };
        container.LivenessProbe = new() { Exec = new() { Command = ["test", "-e", gate] }, PeriodSeconds = 1, FailureThreshold = 1 };
        var pod = Pod("p", container);
        pod.Spec.TerminationGracePeriodSeconds = 1;
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Running" && status.ContainerStatuses[0].Started == false);
        await ExecAsync(node, "touch", gate);
        await node.SeesAsync("p", status => IsReady(status) && status.ContainerStatuses[0] is { Started: true, RestartCount: 0 });
        await ExecAsync(node, "rm", gate);
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount == 1);
    }

    [Fact]
    public async Task Deleted_PodThatLasts_IsAskedForReadinessUntilItEnds_AndForNothingElse()
    {
        await using var node = await CreateAsync();
        var (unready, dead, leave) = ($"/tmp/unready-{Guid.NewGuid():N}", $"/tmp/dead-{Guid.NewGuid():N}", $"/tmp/leave-{Guid.NewGuid():N}");
        var container = Shell("c", $"trap 'while [ ! -e {leave} ]; do sleep 0.05; done; exit 0' TERM; echo armed; while :; do sleep 0.05; done");
        container.ReadinessProbe = new() { Exec = new() { Command = ["test", "!", "-e", unready] }, PeriodSeconds = 1, FailureThreshold = 1 };
        container.LivenessProbe = new() { Exec = new() { Command = ["test", "!", "-e", dead] }, PeriodSeconds = 1, FailureThreshold = 1 };
        var pod = Pod("p", container);
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        await node.LogContainsAsync("c", "armed");
        node.Table.Set(Deleting(pod, 60));
        await Eventually.SeesAsync(() => node.Api.Events.Contains("Killing"), killing => killing);
        await ExecAsync(node, "touch", unready, dead);
        await node.SeesAsync("p", status => !IsReady(status));
        await ExecAsync(node, "rm", unready);
        await node.SeesAsync("p", IsReady);
        // That it does not answer for its life is no reason to end it sooner.
        Assert.DoesNotContain(node.Api.Messages, told => told.Message.StartsWith("Liveness", StringComparison.Ordinal));
        await ExecAsync(node, "touch", leave);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        Assert.Equal(("Succeeded", 0), (node.Api.Statuses["p"].Phase, node.Api.Statuses["p"].ContainerStatuses[0].State.Terminated.ExitCode));
        Assert.False(IsReady(node.Api.Statuses["p"]));
    }

    private static async Task ExecAsync(NodeHarness node, params string[] command)
    {
        var container = (await node.ContainersAsync()).Single(container => container.State == ContainerState.Running);
        var result = await node.Runtime.ExecAsync(container.Id, command, TimeSpan.FromSeconds(10), ProcessHarness.Cancellation);
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
    }
}
