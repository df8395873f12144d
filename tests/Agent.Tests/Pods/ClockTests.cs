using Orchestrator.Agent.Pods.Planning;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>What pods get in time does not depend on somebody setting the machine's clock.</summary>
public sealed class ClockTests
{
    private const string Loop = "while :; do sleep 0.02; done";

    [Fact]
    public async Task SetForward_WhileAPodEnds_TakesNothingOfItsGrace()
    {
        await using var node = await NodeHarness.CreateAsync();
        await EndsAsync(node, TimeSpan.FromHours(1), grace: 20, "sleep 0.5; exit 7");
        Assert.Equal(7, node.Api.Statuses["p"].InitContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task SetBack_WhileAPodEnds_AddsNothingToItsGrace()
    {
        await using var node = await NodeHarness.CreateAsync();
        await EndsAsync(node, TimeSpan.FromHours(-1), grace: 3, "");
        Assert.Equal(137, node.Api.Statuses["p"].InitContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task SetBack_WhileAContainerWaitsForItsRestart_ItIsRestarted()
    {
        await using var node = await NodeHarness.CreateAsync(new BackOffPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)));
        node.Table.Set(Pod("p", Shell("c", "exit 1")));
        var waiting = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CrashLoopBackOff");
        node.Clock.Move(TimeSpan.FromHours(-1));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount > waiting.ContainerStatuses[0].RestartCount + 1);
    }

    /// <summary>Deletes a pod whose sidecar has its turn after the main container, and sets the clock between the two.</summary>
    private static async Task EndsAsync(NodeHarness node, TimeSpan moved, int grace, string sidecarAtEnd)
    {
        var go = Path.Combine(node.Folder, "go");
        var pod = Pod("p", Shell("main", $"trap 'until [ -e {go} ]; do sleep 0.02; done; exit 0' TERM; echo armed; {Loop}"));
        var sidecar = Shell("sidecar", $"trap '{sidecarAtEnd}' TERM; echo armed; {Loop}");
        sidecar.RestartPolicy = "Always";
        pod.Spec.InitContainers = [sidecar];
        node.Table.Set(pod);
        await node.LogContainsAsync("sidecar", "armed");
        await node.LogContainsAsync("main", "armed");
        node.Table.Set(Deleting(pod, grace));
        await Eventually.SeesAsync(() => node.Api.Events.Contains("Killing"), killing => killing);
        node.Clock.Move(moved);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
    }
}
