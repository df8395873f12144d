using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>Pods that go for their node's sake, on a real runtime; what the machine has left is the test's word.</summary>
public sealed class PodEvictionTests
{
    [Fact]
    public async Task Memory_Short_PodsGoInOrderUntilItIsOver()
    {
        await using var node = await NodeHarness.CreateAsync();
        var (low, high) = (Pod("low", Shell("stubborn", "trap '' TERM; echo armed; exec sleep 1000")), Pod("high", Shell("c", "exec sleep 1000")));
        high.Spec.Priority = 100;
        low.Spec.TerminationGracePeriodSeconds = 1000;
        node.Table.Set(low);
        node.Table.Set(high);
        await node.SeesAsync("low", status => status.Phase == "Running");
        await node.SeesAsync("high", status => status.Phase == "Running");
        await node.LogContainsAsync("stubborn", "armed");
        var available = 5L;
        var manager = Manager(node, () => [new(EvictionSignals.Memory, available, 1000)]);
        Assert.Equal("uid-low", await manager.LookAsync(ProcessHarness.Cancellation));
        var status = await node.SeesAsync("low", status => status.Phase == "Failed");
        Assert.Equal("Evicted", status.Reason);
        Assert.StartsWith("The node was low on resource: memory. Threshold quantity: 100, available: 5. The pod was using ", status.Message, StringComparison.Ordinal);
        Assert.Contains(status.Conditions, condition => condition is { Type: "DisruptionTarget", Status: "True", Reason: "TerminationByKubelet" });
        Assert.Equal(137, status.ContainerStatuses[0].State.Terminated.ExitCode);
        Assert.Contains("Evicted", node.Api.Events);
        Assert.True(manager.Pressure.Memory);
        available = 500;
        Assert.Null(await manager.LookAsync(ProcessHarness.Cancellation));
        Assert.Equal("Running", node.Api.Statuses["high"].Phase);
        // What it left is gone, and what it was is still told.
        await Eventually.SeesAsync(() => node.ContainersAsync().GetAwaiter().GetResult(), containers => containers.All(container => container.PodUid != "uid-low"));
        Assert.NotNull(node.Api.Statuses["low"].ContainerStatuses[0].State.Terminated);
    }

    [Fact]
    public async Task Disk_Short_WhatNobodyUsesGoesFirst()
    {
        await using var node = await NodeHarness.CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        var available = 5L;
        var manager = Manager(node, () => [new(EvictionSignals.NodeDisk, available, 1000)], () => available = 900);
        Assert.Null(await manager.LookAsync(ProcessHarness.Cancellation));
        Assert.True(manager.Pressure.Disk);
        available = 5;
    }

    [Fact]
    public async Task Evicted_AgentRestartsMeanwhile_StaysEvicted()
    {
        await using var node = await NodeHarness.CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "trap '' TERM; echo armed; while :; do sleep 0.1; done")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        await node.LogContainsAsync("c", "armed");
        node.Table.Evict("uid-p", "no room", TimeSpan.FromHours(1));
        await node.SeesAsync("p", status => status is { Phase: "Running", Reason: "Evicted" });
        await node.RestartAsync();
        await node.Table.RestoreAsync(ProcessHarness.Cancellation);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal(("Evicted", "no room"), (status.Reason, status.Message));
    }

    [Fact]
    public async Task EmptyDir_OverItsSizeLimit_PodIsEvicted()
    {
        await using var node = await NodeHarness.CreateAsync();
        var writer = Shell("c", "head -c 2000000 /dev/zero >\"$ORCHESTRATOR_VOLUME_DATA/file\"; sleep 1000");
        var (pod, sparse) = (Pod("p", writer), Pod("sparse", Shell("c", "truncate -s 1G \"$ORCHESTRATOR_VOLUME_DATA/hole\"; sleep 1000")));
        pod.Spec.Volumes = sparse.Spec.Volumes = [new() { Name = "data", EmptyDir = new() { SizeLimit = new("1Mi") } }];
        node.Table.Set(pod);
        node.Table.Set(sparse);
        await node.SeesAsync("p", status => status.Phase == "Running");
        await node.SeesAsync("sparse", status => status.Phase == "Running");
        var volumes = Path.Combine(node.Folder, "volumes");
        await Eventually.SeesAsync(() => Size(Path.Combine(volumes, "uid-p", "data", "file")), size => size == 2_000_000);
        await Eventually.SeesAsync(() => Size(Path.Combine(volumes, "uid-sparse", "data", "hole")), size => size == 1 << 30);
        await Manager(node, () => []).LookAsync(ProcessHarness.Cancellation);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal(("Evicted", "Usage of EmptyDir volume \"data\" exceeds the limit \"1Mi\". "), (status.Reason, status.Message));
        await Eventually.SeesAsync(() => Directory.Exists(Path.Combine(volumes, "uid-p")), exists => !exists);
        Assert.Equal("Running", node.Api.Statuses["sparse"].Phase);
    }

    private static long Size(string file) => File.Exists(file) ? new FileInfo(file).Length : -1;

    private static EvictionManager Manager(NodeHarness node, Func<IReadOnlyList<SignalReading>> read, Action? reclaim = null)
    {
        EvictionThreshold[] thresholds =
            [new(EvictionSignals.Memory, Model.Quantity.FromInt64(100), null), new(EvictionSignals.NodeDisk, Model.Quantity.FromInt64(100), null)];
        return new(new PressureJudge(thresholds, TimeSpan.FromMinutes(5)), read, _ =>
        {
            reclaim?.Invoke();
            return Task.CompletedTask;
        }, node.Table, new PodUsage(new RuntimeSet([node.Runtime]), node.Volumes.Folders), TimeProvider.System, NullLogger.Instance);
    }
}
