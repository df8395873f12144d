using Docker.DotNet.Models;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Testing;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>What the agent takes away again, and what it leaves alone.</summary>
public sealed class DockerHousekeepingTests(DockerEngine engine)
{
    [Fact]
    public async Task Images_Collected_AreUnusedOnesThatThisAgentPulled()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine);
        var (used, unused, others) = ("collect/used", "collect/unused", "collect/others");
        foreach (var name in new[] { used, unused, others })
        {
            await registry.PublishAsync(engine, name, content: name);
        }
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Containers[0].Image = $"{registry.Address}/{used}:v1";
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Running");
        await node.Runtime.PullImageAsync($"{registry.Address}/{unused}:v1", [], ProcessHarness.Cancellation);
        await engine.Client.Images.CreateImageAsync(
            new() { FromImage = $"{registry.Address}/{others}", Tag = "v1" }, new AuthConfig(), new Progress<JSONMessage>(), ProcessHarness.Cancellation);
        var housekeeping = node.Runtime.Housekeeping!; // Docker has one.
        // Young images stay.
        Assert.Equal(0, await housekeeping.CollectImagesAsync(long.MaxValue, TimeSpan.FromHours(1), ProcessHarness.Cancellation));
        Assert.NotNull(await node.Runtime.FindImageAsync($"{registry.Address}/{unused}:v1", ProcessHarness.Cancellation));
        Assert.True(await housekeeping.CollectImagesAsync(long.MaxValue, TimeSpan.Zero, ProcessHarness.Cancellation) > 0);
        Assert.Null(await node.Runtime.FindImageAsync($"{registry.Address}/{unused}:v1", ProcessHarness.Cancellation));
        foreach (var kept in new[] { $"{registry.Address}/{used}:v1", $"{registry.Address}/{others}:v1", "host" })
        {
            Assert.NotNull(await node.Runtime.FindImageAsync(kept, ProcessHarness.Cancellation));
        }
        Assert.Equal("Running", node.Api.Statuses["p"].Phase);
    }

    [Fact]
    public async Task Network_OfARangeThatMoved_IsRemovedOnceNothingUsesIt()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        var old = Assert.Single(await NetworksAsync(node));
        node.Runtime.UseAddressRange(DockerEngine.NextRange(), System.Net.IPAddress.Loopback);
        var other = Pod("other", Shell("c", "exec sleep 1000"));
        node.Table.Set(other);
        await node.SeesAsync("other", status => status.Phase == "Running");
        await node.Runtime.Housekeeping!.TidyAsync(ProcessHarness.Cancellation); // Docker has one.
        Assert.Contains(old, await NetworksAsync(node));
        node.Table.Remove(Pod("p"));
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 1);
        await node.Runtime.Housekeeping!.TidyAsync(ProcessHarness.Cancellation); // Docker has one.
        Assert.DoesNotContain(old, await NetworksAsync(node));
        Assert.Single(await NetworksAsync(node));
    }

    [Fact]
    public async Task Restarts_Many_LeaveOneEndedContainerForItsLog()
    {
        await using var node = await DockerNode.CreateAsync(engine, backOff: new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20), TimeSpan.FromMinutes(10)));
        node.Table.Set(Pod("p", Shell("c", "[ -e /stop ] || { echo once; exit 1; }")));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].RestartCount >= 4);
        await Eventually.SeesAsync(() => node.ContainersAsync().GetAwaiter().GetResult(), containers => containers.Count <= 2);
    }

    [Fact]
    public async Task Log_Talkative_IsRotatedAndItsEndIsKept()
    {
        await using var node = await DockerNode.CreateAsync(engine, logFileBytes: 64 << 10, logFiles: 3);
        var pod = Pod("p", Shell("c", "i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done"));
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Succeeded");
        var log = (await node.LogAsync("c")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("line-19999", log[^1]);
        Assert.NotEqual("line-0", log[0]);
        Assert.Equal(Enumerable.Range(20_000 - log.Length, log.Length).Select(number => $"line-{number}"), log);
        var usage = (await node.Runtime.Housekeeping!.ReadDiskUsageAsync(ProcessHarness.Cancellation))[(await node.ContainersAsync()).Single().Id]; // Docker has one.
        Assert.InRange(usage, 64 << 10, 400 << 10);
    }

    [Fact]
    public async Task EphemeralStorage_ContainerOverItsLimit_IsFound()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "head -c 3000000 /dev/zero >/file; echo written; exec sleep 1000");
        container.Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["ephemeral-storage"] = new("2Mi") } };
        var pod = Pod("p", container);
        node.Table.Set(pod);
        await node.LogContainsAsync("c", "written");
        var usage = new Agent.Nodes.Eviction.PodUsage(new RuntimeSet([node.Runtime]), node.Volumes.Folders);
        var (_, excess) = Assert.Single(await usage.FindExcessAsync([pod], ProcessHarness.Cancellation));
        Assert.Equal("Container c exceeded its local ephemeral storage limit \"2Mi\". ", excess);
    }

    private async Task<List<string>> NetworksAsync(NodeHarness node)
    {
        var owner = await File.ReadAllTextAsync(Path.Combine(node.Folder, "docker", "owner"), ProcessHarness.Cancellation);
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"{ContainerLabels.Owner}={owner}"] = true } };
        return [.. (await engine.Client.Networks.ListNetworksAsync(new() { Filters = filter }, ProcessHarness.Cancellation)).Select(network => network.Name)];
    }
}
