using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>What every runtime has to give a pod: workers over the real thing and an API that only remembers.</summary>
public abstract class PodLifecycleTests
{
    private static readonly string[] OrderlyStart = ["Pulled", "Created", "Started"];

    private protected abstract Task<NodeHarness> CreateAsync();

    [Fact]
    public async Task Set_NewPod_RunsAndIsReadyWithAllItsEvents()
    {
        await using var node = await CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "echo $POD_IP; exec sleep 1000")));
        var status = await node.SeesAsync("p", status => IsReady(status));
        Assert.Equal(("Running", "BestEffort"), (status.Phase, status.QosClass));
        Assert.False(string.IsNullOrEmpty(status.PodIP));
        Assert.Equal(OrderlyStart, node.Api.Events);
        await Eventually.SeesAsync(() => node.Api.Statuses.Count, count => count == 1);
    }

    [Fact]
    public async Task Set_CalledNotReadyWhileTheNodeWasOutOfReach_SaysAgainThatItIsReady()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", IsReady);
        node.Api.Statuses.Clear();
        status.Conditions = [.. status.Conditions.Where(condition => condition.Type != "Ready"), new() { Type = "Ready", Status = "False", Reason = "NodeNotReady" }];
        pod.Status = status;
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
    }

    [Fact]
    public async Task Deleted_RunningPod_FinalStatusThenObjectThenNothingLeft()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "trap 'exit 3' TERM; echo armed; while :; do sleep 0.02; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        await node.LogContainsAsync("c", "armed");
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
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "trap '' TERM; echo armed; while :; do sleep 0.02; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        await node.LogContainsAsync("c", "armed");
        node.Table.Set(Deleting(pod, 3600));
        await Eventually.SeesAsync(() => node.Api.Events.Contains("Killing"), killing => killing);
        node.Table.Set(Deleting(pod, 0));
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        Assert.Equal(137, node.Api.Statuses["p"].ContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task Removed_RunningPod_IsEndedAtOnceAndNothingIsWritten()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "trap '' TERM; echo armed; while :; do sleep 0.02; done"));
        node.Table.Set(pod);
        await node.SeesAsync("p", IsReady);
        await node.LogContainsAsync("c", "armed");
        node.Table.Remove(pod);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        Assert.Empty(node.Api.Deleted);
        Assert.Empty(await node.ContainersAsync());
    }

    [Fact]
    public async Task Container_Fails_IsRestartedWithItsLastWords()
    {
        await using var node = await CreateAsync();
        var container = Shell("c", "echo because >\"${TERMINATION_MESSAGE_PATH:-/dev/termination-log}\"; exit 4");
        container.TerminationMessagePath = "/dev/termination-log";
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CrashLoopBackOff");
        var ended = status.ContainerStatuses[0].LastState.Terminated;
        Assert.Equal((1, 4, "Error", "because\n"), (status.ContainerStatuses[0].RestartCount, ended.ExitCode, ended.Reason, ended.Message));
        Assert.Contains("BackOff", node.Api.Events);
    }

    [Fact]
    public async Task Container_FailsWithFallbackToLogs_TellsTheEndOfItsLog()
    {
        await using var node = await CreateAsync();
        var container = Shell("c", "exec 2>&1; echo one; echo two >&2; exit 4");
        container.TerminationMessagePolicy = "FallbackToLogsOnError";
        var pod = Pod("p", container);
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal("one\ntwo\n", status.ContainerStatuses[0].State.Terminated.Message);
    }

    [Fact]
    public async Task PostStart_Fails_ContainerIsRestarted()
    {
        await using var node = await CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.Lifecycle = new() { PostStart = new() { Exec = new() { Command = ["false"] } } };
        var pod = Pod("p", container);
        pod.Spec.TerminationGracePeriodSeconds = 1;
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount >= 1);
        Assert.Contains("FailedPostStartHook", node.Api.Events);
    }

    [Fact]
    public async Task Sidecar_StartsFirstRestartsAloneAndEndsWithThePod()
    {
        await using var node = await CreateAsync();
        var sidecar = Shell("side", "exec sleep 1000");
        sidecar.RestartPolicy = "Always";
        var pod = Pod("p", Shell("c", "exec sleep 1"));
        pod.Spec.InitContainers = [sidecar, Shell("init", "exit 0")];
        pod.Spec.RestartPolicy = "Never";
        pod.Spec.TerminationGracePeriodSeconds = 1;
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Succeeded"
            && status.InitContainerStatuses.All(container => container.State.Terminated is not null));
        Assert.Equal(0, status.ContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task InitContainers_RunInOrderBeforeTheMainOnes()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.InitContainers = [Shell("one", "exit 0"), Shell("two", "exit 0")];
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", IsReady);
        Assert.All(status.InitContainerStatuses, container => Assert.Equal("Completed", container.State.Terminated.Reason));
        Assert.True(status.InitContainerStatuses[0].State.Terminated.FinishedAt <= status.InitContainerStatuses[1].State.Terminated.FinishedAt);
    }

    [Fact]
    public async Task Image_NoSuchName_IsInvalidImageName()
    {
        await using var node = await CreateAsync();
        var container = Shell("c", "exit 0");
        container.Image = "../../etc:passwd";
        node.Table.Set(Pod("p", container));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "InvalidImageName");
    }

    [Fact]
    public async Task Command_NotThere_IsStartError()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Container("c", "no-such-program"));
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal((128, "StartError"), (status.ContainerStatuses[0].State.Terminated.ExitCode, status.ContainerStatuses[0].State.Terminated.Reason));
    }

    [Fact]
    public async Task Volume_ConfigMapMissing_IsFailedMountUntilItIsThere()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Volumes = [new() { Name = "config", ConfigMap = new() { Name = "late" } }];
        node.Table.Set(pod);
        await Eventually.SeesAsync(() => node.Api.Events.Contains("FailedMount"), failed => failed);
        node.Api.Config[new("configmap", "late")] = new Dictionary<string, string> { ["a"] = "1" };
        await node.SeesAsync("p", IsReady);
    }

    [Fact]
    public async Task HostPath_ThatBecameSomethingElse_IsSeenAtTheNextStartOfAContainer()
    {
        await using var node = await CreateAsync();
        var path = Path.Combine(node.Folder, "changes");
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        var container = Shell("c", "echo started; sleep 0.1; exit 1");
        var pod = Pod("p", container);
        pod.Spec.Volumes = [new() { Name = "host", HostPath = new() { Path = path, Type = "File" } }];
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.ContainerStatuses?[0].RestartCount > 0);
        File.Delete(path);
        Directory.CreateDirectory(path);
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Message?.Contains("hostPath type check failed", StringComparison.Ordinal) == true);
        // Once it is right again, so is the pod.
        Directory.Delete(path);
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        var restarts = status.ContainerStatuses[0].RestartCount;
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount > restarts);
    }

    [Fact]
    public async Task Config_MissingThenMade_StartsThen()
    {
        await using var node = await CreateAsync();
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
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Volumes = [new() { Name = "data", Nfs = new() { Server = "s", Path = "/" } }];
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Contains("spec.volumes[0] \"data\"", status.ContainerStatuses[0].State.Waiting.Message, StringComparison.Ordinal);
        Assert.Equal(["FailedMount"], node.Api.Events);
    }

    [Fact]
    public async Task ApiAway_PodGoesOnAndItsStatusArrivesLater()
    {
        await using var node = await CreateAsync();
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
        await using var node = await CreateAsync();
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
    public async Task StopAll_ContainerThatIsBeingStarted_DoesNotComeToRun()
    {
        await using var node = await CreateAsync();
        var answer = new TaskCompletionSource();
        node.Api.Slow = answer.Task;
        node.Api.Config[new ConfigReference(ConfigReference.ConfigMap, "m")] = new Dictionary<string, string> { ["k"] = "v" };
        var container = Shell("c", "exec sleep 1000");
        container.EnvFrom = [new() { ConfigMapRef = new() { Name = "m" } }];
        node.Table.Set(Pod("p", container));
        await Eventually.SeesAsync(() => node.Api.Events.Contains("Pulled"), pulled => pulled);
        var stopping = node.Table.StopAllAsync(ProcessHarness.Cancellation);
        answer.SetResult();
        await stopping;
        node.Table.Set(Pod("late", Shell("c", "exec sleep 1000")));
        await node.Table.DisposeAsync();
        Assert.DoesNotContain(await node.ContainersAsync(), observed => observed.State == ContainerState.Running);
    }

    [Fact]
    public async Task Replace_PodUnknownToTheApi_IsEnded()
    {
        await using var node = await CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", IsReady);
        await node.RestartAsync();
        await node.Table.ReplaceAsync([], ProcessHarness.Cancellation);
        Assert.Empty(await node.ContainersAsync());
    }

    [Fact]
    public async Task RuntimeClass_OfThisRuntime_RunsAlsoAfterARestartWithoutTheApi()
    {
        await using var node = await CreateAsync();
        node.Api.RuntimeClasses["custom"] = node.Runtime.Name;
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.RuntimeClassName = "custom";
        node.Table.Set(pod);
        var before = await node.SeesAsync("p", IsReady);
        node.Api.Away = true;
        await node.RestartAsync();
        await node.Table.RestoreAsync(ProcessHarness.Cancellation);
        node.Api.Away = false;
        await node.KillMainAsync();
        var after = await node.SeesAsync("p", status => IsReady(status) && status.ContainerStatuses[0].RestartCount == 1);
        Assert.Equal(before.PodIP, after.PodIP);
    }

    [Theory]
    [InlineData(null, "RuntimeClass \"custom\" not found")]
    [InlineData("kata", "this node has no runtime \"kata\"")]
    public async Task RuntimeClass_NotHere_IsRejectedByName(string? handler, string message)
    {
        await using var node = await CreateAsync();
        if (handler is not null)
        {
            node.Api.RuntimeClasses["custom"] = handler;
        }
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.RuntimeClassName = "custom";
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal(("RuntimeClassNotSupported", message), (status.Reason, status.Message));
    }

    [Fact]
    public async Task RuntimeClass_PodRemovedWhileItsClassCannotBeRead_NeverStarts()
    {
        await using var node = await CreateAsync();
        var (pod, other) = (Pod("p", Shell("c", "exec sleep 1000")), Pod("other", Shell("c", "exec sleep 1000")));
        pod.Spec.RuntimeClassName = other.Spec.RuntimeClassName = "custom";
        node.Api.Away = true;
        node.Table.Set(pod);
        node.Table.Set(other);
        node.Table.Remove(pod);
        node.Api.RuntimeClasses["custom"] = node.Runtime.Name;
        node.Api.Away = false;
        await node.SeesAsync("other", IsReady);
        Assert.Equal(["other"], node.Table.Pods.Select(known => known.Metadata.Name));
    }

    [Fact]
    public async Task Set_TooLargeForTheNode_FailsWithTheReason()
    {
        await using var node = await CreateAsync();
        var container = Shell("c", "exec sleep 1000");
        container.Resources = new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("64") } };
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal("OutOfcpu", status.Reason);
    }
}
