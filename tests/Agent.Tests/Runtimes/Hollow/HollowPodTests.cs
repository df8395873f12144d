using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Runtimes.Hollow;
using k8s.Models;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Hollow;

public sealed class HollowPodTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakePlace _place = new();

    [Fact]
    public void Step_Always_RunsAfterTheStartDelayAndGoesOn()
    {
        var pod = Make(Pod("p", Container("a"), Container("b")));
        var step = pod.Step(_time.GetUtcNow());
        Assert.Equal(("Pending", "ContainerCreating"), (step.Status.Phase, step.Status.ContainerStatuses[0].State.Waiting.Reason));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(2), step.WakeAt);
        step = After(pod, 2);
        Assert.Equal(("Running", "10.1.0.1"), (step.Status.Phase, step.Status.PodIP));
        Assert.Equal("True", step.Status.Conditions.Single(condition => condition.Type == "Ready").Status);
        Assert.All(step.Status.ContainerStatuses, status => Assert.StartsWith("hollow://", status.ContainerID, StringComparison.Ordinal));
        Assert.Null(step.WakeAt);
        Assert.Equal("Running", After(pod, 100_000).Status.Phase);
    }

    [Fact]
    public void Step_Never_SucceedsAfterTheRunTime()
    {
        var pod = Make(PodOf("Never"));
        pod.Step(_time.GetUtcNow());
        Assert.Equal("Running", After(pod, 2).Status.Phase);
        Assert.Equal("Running", After(pod, 4).Status.Phase);
        var step = After(pod, 1);
        Assert.Equal(("Succeeded", 0, true), (step.Status.Phase, step.Status.ContainerStatuses[0].State.Terminated.ExitCode, step.Ended));
        Assert.Empty(_place.Taken);
        Assert.False(pod.IsAdmitted);
    }

    [Fact]
    public void Step_NeverThatFails_Fails()
    {
        var pod = Make(PodOf("Never"), failureRate: 1);
        pod.Step(_time.GetUtcNow());
        After(pod, 2);
        var step = After(pod, 5);
        Assert.Equal(("Failed", 1), (step.Status.Phase, step.Status.ContainerStatuses[0].State.Terminated.ExitCode));
    }

    [Fact]
    public void Step_OnFailureThatFails_IsStartedAgainWithBackOff()
    {
        var pod = Make(PodOf("OnFailure"), failureRate: 1);
        pod.Step(_time.GetUtcNow());
        After(pod, 2);
        After(pod, 5);
        After(pod, 2);
        var step = After(pod, 5);
        Assert.Equal(("Running", 1, "CrashLoopBackOff"),
            (step.Status.Phase, step.Status.ContainerStatuses[0].RestartCount, step.Status.ContainerStatuses[0].State.Waiting.Reason));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(10), step.WakeAt);
    }

    [Fact]
    public void Step_InitContainers_EndInTurnBeforeTheRest()
    {
        var wanted = Pod("p", Container("main"));
        wanted.Spec.InitContainers = [Container("one"), Container("two")];
        var pod = Make(wanted);
        pod.Step(_time.GetUtcNow());
        Assert.NotNull(After(pod, 2).Status.InitContainerStatuses[0].State.Running);
        After(pod, 5);
        Assert.NotNull(After(pod, 2).Status.InitContainerStatuses[1].State.Running);
        After(pod, 5);
        var step = After(pod, 2);
        Assert.Equal("Running", step.Status.Phase);
        Assert.NotNull(step.Status.ContainerStatuses[0].State.Running);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Step_Deleted_EndsAndGivesItsAddressBack(int seconds)
    {
        var pod = Make(Pod("p", Container("a")));
        pod.Step(_time.GetUtcNow());
        After(pod, seconds);
        pod.Pod.Metadata.DeletionTimestamp = _time.GetUtcNow().UtcDateTime.AddSeconds(30);
        pod.Update(pod.Pod);
        var step = pod.Step(_time.GetUtcNow());
        Assert.True(step.Ended);
        Assert.Equal("Failed", step.Status.Phase);
        Assert.Equal(seconds == 0 ? null : 143, step.Status.ContainerStatuses[0].State.Terminated?.ExitCode);
        Assert.Empty(_place.Taken);
    }

    [Fact]
    public void Step_AfterARestartOfTheAgent_GoesOnAsShown()
    {
        var wanted = PodOf("Never");
        var before = Make(wanted);
        before.Step(_time.GetUtcNow());
        wanted.Status = After(before, 2).Status;
        _place.Taken.Clear();
        var pod = Make(wanted);
        Assert.Equal(["10.1.0.1"], _place.Taken);
        var step = After(pod, 1);
        Assert.Equal(("Running", 0, wanted.Status.ContainerStatuses[0].ContainerID),
            (step.Status.Phase, step.Status.ContainerStatuses[0].RestartCount, step.Status.ContainerStatuses[0].ContainerID));
        Assert.Equal("Succeeded", After(pod, 4).Status.Phase);
    }

    [Fact]
    public void Step_NoAddress_WaitsForOne()
    {
        _place.Free = 0;
        var pod = Make(Pod("p", Container("a")));
        Assert.Equal(("Pending", _time.GetUtcNow() + TimeSpan.FromSeconds(10)), (pod.Step(_time.GetUtcNow()).Status.Phase, pod.Step(_time.GetUtcNow()).WakeAt));
        _place.Free = 1;
        After(pod, 10);
        Assert.Equal("Running", After(pod, 2).Status.Phase);
    }

    [Fact]
    public void Step_Rejected_FailsWithTheReason()
    {
        var pod = new HollowPod(Pod("p", Container("a")), new PodRejection("OutOfcpu", "no"), _place, new(default, default, 0), BackOffPolicy.Default);
        var step = pod.Step(_time.GetUtcNow());
        Assert.Equal(("Failed", "OutOfcpu"), (step.Status.Phase, step.Status.Reason));
        Assert.False(pod.IsAdmitted);
    }

    [Fact]
    public void ExitCode_Rate_IsMetAndTheSameEachTime()
    {
        var fate = new HollowFate(default, default, 0.2);
        var codes = Enumerable.Range(0, 5000).Select(number => fate.ExitCode($"uid-{number}", "c", 0)).ToList();
        Assert.InRange(codes.Count(code => code == 1), 850, 1150);
        Assert.Equal(codes, Enumerable.Range(0, 5000).Select(number => fate.ExitCode($"uid-{number}", "c", 0)));
    }

    private HollowPod Make(V1Pod pod, double failureRate = 0) =>
        new(pod, null, _place, new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), failureRate), BackOffPolicy.Default);

    private HollowStep After(HollowPod pod, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return pod.Step(_time.GetUtcNow());
    }

    private static V1Pod PodOf(string restartPolicy)
    {
        var pod = Pod("p", Container("c"));
        pod.Spec.RestartPolicy = restartPolicy;
        return pod;
    }

    private sealed class FakePlace : IHollowPlace
    {
        public int Free { get; set; } = 1;

        public List<string> Taken { get; } = [];

        public string HostAddress => "192.0.2.1";

        public string? TryAllocate()
        {
            if (Taken.Count >= Free)
            {
                return null;
            }
            Taken.Add("10.1.0.1");
            return "10.1.0.1";
        }

        public void Take(string address) => Taken.Add(address);

        public void Return(string address) => Taken.Remove(address);
    }
}
