using k8s.Models;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>Workers over real processes and an API that only remembers.</summary>
public sealed class PodTableTests
{
    private static readonly string[] OrderlyStart = ["Pulled", "Created", "Started"];

    [Fact]
    public async Task Set_NewPod_RunsAndIsReadyWithAllItsEvents()
    {
        await using var node = await NodeHarness.CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "echo $POD_IP; exec sleep 1000")));
        var status = await node.SeesAsync("p", status => IsReady(status));
        Assert.Equal(("Running", "127.90.1.1", "BestEffort"), (status.Phase, status.PodIP, status.QosClass));
        Assert.Equal(OrderlyStart, node.Api.Events);
        await Eventually.SeesAsync(() => node.Api.Statuses.Count, count => count == 1);
    }

    [Fact]
    public async Task Deleted_RunningPod_FinalStatusThenObjectThenNothingLeft()
    {
        await using var node = await NodeHarness.CreateAsync();
        var pod = Pod("p", Shell("c", "trap 'exit 3' TERM; while :; do sleep 0.02; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        node.Table.Set(Deleting(pod, 20));
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        var status = node.Api.Statuses["p"];
        Assert.Equal(("Failed", 3), (status.Phase, status.ContainerStatuses[0].State.Terminated.ExitCode));
        Assert.Equal(["uid-p"], node.Api.Deleted);
        Assert.Empty(await node.ContainersAsync());
    }

    [Fact]
    public async Task Deleted_GraceShortenedMeanwhile_IsKilledThen()
    {
        await using var node = await NodeHarness.CreateAsync();
        var pod = Pod("p", Shell("c", "trap '' TERM; while :; do sleep 0.02; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        node.Table.Set(Deleting(pod, 3600));
        await Eventually.SeesAsync(() => node.Api.Events.Contains("Killing"), killing => killing);
        node.Table.Set(Deleting(pod, 0));
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        Assert.Equal(137, node.Api.Statuses["p"].ContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task Removed_RunningPod_IsEndedAtOnceAndNothingIsWritten()
    {
        await using var node = await NodeHarness.CreateAsync();
        var pod = Pod("p", Shell("c", "trap '' TERM; while :; do sleep 0.02; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        node.Table.Remove(pod);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        Assert.Empty(node.Api.Deleted);
        Assert.Empty(await node.ContainersAsync());
    }

    [Fact]
    public async Task Container_Fails_IsRestartedWithItsLastWords()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "echo because >\"$TERMINATION_MESSAGE_PATH\"; exit 4");
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CrashLoopBackOff");
        var ended = status.ContainerStatuses[0].LastState.Terminated;
        Assert.Equal((1, 4, "Error", "because\n"), (status.ContainerStatuses[0].RestartCount, ended.ExitCode, ended.Reason, ended.Message));
        Assert.Contains("BackOff", node.Api.Events);
    }

    [Fact]
    public async Task Container_FailsWithFallbackToLogs_TellsTheEndOfItsLog()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "echo one; echo two >&2; exit 4");
        container.TerminationMessagePolicy = "FallbackToLogsOnError";
        var pod = Pod("p", container);
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal("one\ntwo\n", status.ContainerStatuses[0].State.Terminated.Message);
    }

    [Fact]
    public async Task Liveness_Fails_RestartsTheContainer()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.LivenessProbe = new() { Exec = new() { Command = ["false"] }, PeriodSeconds = 1, FailureThreshold = 1 };
        node.Table.Set(Pod("p", container));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount == 1);
        Assert.Contains("Unhealthy", node.Api.Events);
    }

    [Fact]
    public async Task Readiness_FailsAndPasses_IsFollowed()
    {
        await using var node = await NodeHarness.CreateAsync();
        var gate = Path.Combine(node.Folder, "gate");
        var container = Shell("c", "exec sleep 1000");
        container.ReadinessProbe = new() { Exec = new() { Command = ["test", "-e", gate] }, PeriodSeconds = 1, FailureThreshold = 1 };
        node.Table.Set(Pod("p", container));
        await node.SeesAsync("p", status => status.Phase == "Running" && !IsReady(status));
        await File.WriteAllTextAsync(gate, "", ProcessHarness.Cancellation);
        await node.SeesAsync("p", IsReady);
        File.Delete(gate);
        await node.SeesAsync("p", status => !IsReady(status));
    }

    [Fact]
    public async Task Config_MissingThenMade_StartsThen()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.EnvFrom = [new() { ConfigMapRef = new() { Name = "late" } }];
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("configmap \"late\" not found", status.ContainerStatuses[0].State.Waiting.Message);
        node.Api.Config[new("configmap", "late")] = new Dictionary<string, string>();
        await node.SeesAsync("p", IsReady);
    }

    [Fact]
    public async Task Volume_NotSupported_IsRefusedByName()
    {
        await using var node = await NodeHarness.CreateAsync();
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Contains("spec.volumes[0] \"data\"", status.ContainerStatuses[0].State.Waiting.Message, StringComparison.Ordinal);
        Assert.Equal(["FailedMount"], node.Api.Events);
    }

    [Fact]
    public async Task ApiAway_PodGoesOnAndItsStatusArrivesLater()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.EnvFrom = [new() { ConfigMapRef = new() { Name = "map" } }];
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["KEY"] = "value" };
        node.Table.Set(Pod("p", container));
        await node.SeesAsync("p", IsReady);
        node.Api.Away = true;
        await node.KillMainAsync();
        await Eventually.SeesAsync(() => node.Api.Events.Count(reason => reason == "Started"), count => count == 2);
        Assert.Equal(0, node.Api.Statuses["p"].ContainerStatuses[0].RestartCount);
        node.Api.Away = false;
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount == 1 && IsReady(status));
    }

    [Fact]
    public async Task Restart_AgentWhileApiIsAway_AdoptsAndDoesNotFlap()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.ReadinessProbe = new() { Exec = new() { Command = ["true"] }, PeriodSeconds = 1 };
        node.Table.Set(Pod("p", container));
        var before = await node.SeesAsync("p", IsReady);
        node.Api.Away = true;
        await node.RestartAsync();
        await node.Table.RestoreAsync(ProcessHarness.Cancellation);
        node.Api.Away = false;
        await node.KillMainAsync();
        var after = await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount == 1 && IsReady(status));
        Assert.Equal((before.StartTime, before.PodIP), (after.StartTime, after.PodIP));
        Assert.Equal(before.ContainerStatuses[0].ContainerID, after.ContainerStatuses[0].LastState.Terminated.ContainerID);
    }

    [Fact]
    public async Task Replace_PodUnknownToTheApi_IsEnded()
    {
        await using var node = await NodeHarness.CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", IsReady);
        await node.RestartAsync();
        await node.Table.ReplaceAsync([], ProcessHarness.Cancellation);
        Assert.Empty(await node.ContainersAsync());
    }

    [Fact]
    public async Task Set_TooLargeForTheNode_FailsWithTheReason()
    {
        await using var node = await NodeHarness.CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.Resources = new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("64") } };
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal("OutOfcpu", status.Reason);
    }

    private static bool IsReady(V1PodStatus status) =>
        status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static V1Pod Deleting(V1Pod pod, long grace) => new()
    {
        ApiVersion = pod.ApiVersion,
        Kind = pod.Kind,
        Spec = pod.Spec,
        Status = pod.Status,
        Metadata = new()
        {
            Name = pod.Metadata.Name,
            NamespaceProperty = pod.Metadata.NamespaceProperty,
            Uid = pod.Metadata.Uid,
            DeletionTimestamp = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(grace),
            DeletionGracePeriodSeconds = grace,
        },
    };
}
