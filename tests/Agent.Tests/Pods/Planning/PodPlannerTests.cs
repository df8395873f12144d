using k8s.Models;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Runtimes;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods.Planning;

public sealed class PodPlannerTests
{
    [Fact]
    public void Plan_NewPod_RunsSandboxThenContainers()
    {
        var pod = new PodScenario(Pod("p", Container("a"), Container("b")));
        Assert.Equal(["sandbox up", "start a 0", "start b 0"], pod.Settle());
        Assert.Equal("Running", pod.Status.Phase);
        Assert.Equal("127.64.0.1", pod.Status.PodIP);
        Assert.All(pod.Status.Conditions, condition => Assert.Equal("True", condition.Status));
        Assert.All(pod.Status.ContainerStatuses, status => Assert.True(status.Ready));
    }

    [Fact]
    public void Plan_InitContainers_RunInOrderBeforeTheRest()
    {
        var wanted = Pod("p", Container("main"));
        wanted.Spec.InitContainers = [Container("one"), Container("two")];
        var pod = new PodScenario(wanted);
        Assert.Equal(["sandbox up", "start one 0"], pod.Settle());
        Assert.Equal("Pending", pod.Status.Phase);
        Assert.Equal("PodInitializing", pod.Status.ContainerStatuses[0].State.Waiting.Reason);
        Assert.Equal("False", Condition(pod, "Initialized").Status);
        pod.Exit("one", 0);
        Assert.Equal(["start two 0"], pod.Settle());
        pod.Exit("two", 0);
        Assert.Equal(["start main 0"], pod.Settle());
        Assert.Equal("True", Condition(pod, "Initialized").Status);
        Assert.Equal("Running", pod.Status.Phase);
    }

    [Fact]
    public void Plan_InitContainerFailsWithNever_FailsThePod()
    {
        var wanted = Pod("p", Container("main"));
        wanted.Spec.InitContainers = [Container("one")];
        wanted.Spec.RestartPolicy = "Never";
        var pod = new PodScenario(wanted);
        pod.Settle();
        pod.Exit("one", 3);
        Assert.Equal(["sandbox down"], pod.Settle());
        Assert.Equal("Failed", pod.Status.Phase);
        Assert.Equal(3, pod.Status.InitContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public void Plan_ContainerKeepsFailing_BacksOffDoublingUpToTheCap()
    {
        var pod = new PodScenario(Pod("p", Container("a")));
        pod.Settle();
        pod.Exit("a", 1);
        Assert.Equal(["start a 1"], pod.Settle());
        foreach (var seconds in new[] { 10, 20, 40, 80, 160, 300, 300 })
        {
            pod.Exit("a", 1);
            Assert.DoesNotContain(pod.Settle(), done => done.StartsWith("start", StringComparison.Ordinal));
            Assert.Equal("CrashLoopBackOff", pod.Status.ContainerStatuses[0].State.Waiting.Reason);
            Assert.Equal(1, pod.Status.ContainerStatuses[0].LastState.Terminated.ExitCode);
            Assert.Equal("Running", pod.Status.Phase);
            Assert.Equal(pod.Now + TimeSpan.FromSeconds(seconds), pod.Plan.WakeAt);
            pod.Wait(TimeSpan.FromSeconds(seconds));
            Assert.Contains(pod.Settle(), done => done.StartsWith("start", StringComparison.Ordinal));
        }
        Assert.Equal(8, pod.Status.ContainerStatuses[0].RestartCount);
        // The one that runs and the one before it; older ones were removed.
        Assert.Equal(2, pod.Containers.Count);
    }

    [Fact]
    public void Plan_ContainerRanLong_StartsOverWithoutBackOff()
    {
        var pod = new PodScenario(Pod("p", Container("a")));
        pod.Settle();
        pod.Exit("a", 1);
        pod.Settle();
        pod.Wait(TimeSpan.FromMinutes(11));
        pod.Exit("a", 1);
        Assert.Contains("start a 2", pod.Settle());
    }

    [Theory]
    [InlineData("Always", 0, "start a 1", "Running")]
    [InlineData("Always", 1, "start a 1", "Running")]
    [InlineData("OnFailure", 0, "sandbox down", "Succeeded")]
    [InlineData("OnFailure", 1, "start a 1", "Running")]
    [InlineData("Never", 0, "sandbox down", "Succeeded")]
    [InlineData("Never", 1, "sandbox down", "Failed")]
    public void Plan_ContainerEnds_FollowsTheRestartPolicy(string policy, int exitCode, string then, string phase)
    {
        var wanted = Pod("p", Container("a"));
        wanted.Spec.RestartPolicy = policy;
        var pod = new PodScenario(wanted);
        pod.Settle();
        pod.Exit("a", exitCode);
        Assert.Equal([then], pod.Settle());
        Assert.Equal(phase, pod.Status.Phase);
    }

    [Fact]
    public void Plan_Succeeded_StaysSoAndKeepsItsAddressInStatus()
    {
        var wanted = Pod("p", Container("a"));
        wanted.Spec.RestartPolicy = "Never";
        var pod = new PodScenario(wanted);
        pod.Settle();
        pod.Exit("a", 0);
        pod.Settle();
        pod.LoseRecords();
        Assert.Empty(pod.Settle());
        Assert.Equal("Succeeded", pod.Status.Phase);
        Assert.Equal("127.64.0.1", pod.Status.PodIP);
        Assert.Equal("Completed", pod.Status.ContainerStatuses[0].State.Terminated.Reason);
        Assert.Equal("PodCompleted", Condition(pod, "Ready").Reason);
    }

    [Fact]
    public void Plan_Deleted_StopsAllThenSandboxAndIsNotReadyThen()
    {
        var pod = new PodScenario(Pod("p", Container("a"), Container("b")));
        pod.Settle();
        pod.Stop = new(StopCause.Deleted, pod.Now + TimeSpan.FromSeconds(30));
        Assert.Equal(["stop a", "stop b", "sandbox down"], pod.Settle());
        Assert.True(pod.Plan.Ended);
        Assert.Equal("Failed", pod.Status.Phase);
        Assert.Equal("False", Condition(pod, "Ready").Status);
        Assert.Equal(143, pod.Status.ContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Theory]
    [InlineData(StopCause.Deleted, true)]
    [InlineData(StopCause.Failed, false)]
    [InlineData(StopCause.Vanished, false)]
    public void Plan_StopDecided_OnlyADeletedPodIsReadyUntilItHasStopped(object cause, bool ready)
    {
        var facts = new PodFacts
        {
            Pod = Pod("p", Container("a")),
            Now = DateTimeOffset.UnixEpoch,
            HostAddress = "10.0.0.1",
            Runtime = "process",
            BackOff = BackOffPolicy.Default,
            Sandbox = new("uid-p", "default", "p", "127.64.0.1", true, DateTimeOffset.UnixEpoch),
            Containers = [Running("a")],
            Memory = new Dictionary<string, ContainerMemory> { ["a"] = new() { Ready = true, Started = true } },
            Stop = new((StopCause)cause, DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(30)),
        };
        var plan = PodPlanner.Plan(facts);
        Assert.Equal("Running", plan.Status.Phase);
        Assert.Equal(ready ? "True" : "False", plan.Status.Conditions.Single(condition => condition.Type == "Ready").Status);
        Assert.Equal(ready, plan.Status.ContainerStatuses[0].Ready);
    }

    [Fact]
    public void Plan_ActiveDeadlinePassed_FailsWithDeadlineExceeded()
    {
        var wanted = Pod("p", Container("a"));
        wanted.Spec.ActiveDeadlineSeconds = 60;
        var pod = new PodScenario(wanted);
        pod.Settle();
        Assert.Equal(pod.Now + TimeSpan.FromSeconds(60), pod.Plan.WakeAt);
        pod.Wait(TimeSpan.FromSeconds(60));
        Assert.Equal(["begin stop", "stop a", "sandbox down"], pod.Settle());
        Assert.Equal(("Failed", "DeadlineExceeded"), (pod.Status.Phase, pod.Status.Reason));
    }

    [Fact]
    public void Plan_Unhealthy_StopsAndRestarts()
    {
        var pod = new PodScenario(Pod("p", Container("a")));
        pod.Settle();
        pod.Remember("a", memory => memory with { Unhealthy = "Container a failed liveness probe, will be restarted" });
        Assert.Equal(["stop a", "start a 1"], pod.Settle());
        Assert.Equal(143, pod.Status.ContainerStatuses[0].LastState.Terminated.ExitCode);
    }

    [Fact]
    public void Plan_ImageChanged_ReplacesTheContainerWhateverThePolicy()
    {
        var wanted = Pod("p", Container("a"));
        wanted.Spec.RestartPolicy = "Never";
        var pod = new PodScenario(wanted);
        pod.Settle();
        wanted.Spec.Containers[0].Image = "other:v2";
        Assert.Contains("stop a", pod.Settle());
    }

    [Fact]
    public void Plan_PullFailed_ShowsErrImagePullThenBackOffAndRetriesWhenDue()
    {
        var pod = new PodScenario(Pod("p", Container("a")));
        pod.Remember("a", memory => memory with { Failure = new("ErrImagePull", "not found", pod.Now, pod.Now + TimeSpan.FromSeconds(10)) });
        pod.Settle();
        Assert.Equal("ErrImagePull", pod.Status.ContainerStatuses[0].State.Waiting.Reason);
        Assert.Equal("Pending", pod.Status.Phase);
        pod.Wait(TimeSpan.FromSeconds(3));
        pod.Settle();
        Assert.Equal("ImagePullBackOff", pod.Status.ContainerStatuses[0].State.Waiting.Reason);
        pod.Wait(TimeSpan.FromSeconds(7));
        Assert.Equal(["start a 0"], pod.Settle());
    }

    [Fact]
    public void Plan_RecordsLost_GoesOnCountingRestarts()
    {
        var pod = new PodScenario(Pod("p", Container("a")));
        pod.Settle();
        pod.Exit("a", 1);
        pod.Settle();
        pod.LoseRecords();
        Assert.Equal(["start a 2"], pod.Settle());
        Assert.Equal(2, pod.Status.ContainerStatuses[0].RestartCount);
    }

    [Fact]
    public void Plan_ReadinessGate_HoldsReadyBack()
    {
        var wanted = Pod("p", Container("a"));
        wanted.Spec.ReadinessGates = [new() { ConditionType = "example.com/gate" }];
        var pod = new PodScenario(wanted);
        pod.Settle();
        Assert.Equal("True", Condition(pod, "ContainersReady").Status);
        Assert.Equal("ReadinessGatesNotReady", Condition(pod, "Ready").Reason);
    }

    private static V1PodCondition Condition(PodScenario pod, string type) => pod.Status.Conditions.Single(condition => condition.Type == type);

    private static ContainerObservation Running(string name) => new()
    {
        Id = "id", PodUid = "uid-p", Name = name, Attempt = 0, Image = "host", ImageId = "host",
        State = ContainerState.Running, CreatedAt = DateTimeOffset.UnixEpoch, StartedAt = DateTimeOffset.UnixEpoch,
    };
}
