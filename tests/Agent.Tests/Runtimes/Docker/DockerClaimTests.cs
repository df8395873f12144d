using Docker.DotNet;
using k8s.Models;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Agent.Volumes;
using Orchestrator.Model.Volumes;
using Orchestrator.Testing;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>Volumes of claims in containers, and what containers try to get out of them.</summary>
public sealed class DockerClaimTests(DockerEngine engine)
{
    [Fact]
    public async Task Claim_WithAHardSize_OutlivesItsPod_AndIsUnmountedAfterIt()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        await MakeAsync(node, hard: true);
        var pod = Pod("p", Mounting("c", "echo kept > /data/file; grep ' /data ' /proc/mounts; exec sleep 1000"));
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        Assert.Contains("ext4", await node.LogContainsAsync("c", "/data"), StringComparison.Ordinal);
        await GoneAsync(node, pod);
        await node.Keeper!.LookAsync(ProcessHarness.Cancellation);
        Assert.Empty(MountTable.Below(node.Folder));
        var next = Pod("q", Mounting("d", "cat /data/file; touch /data/file || echo read-only; exec sleep 1000"));
        next.Spec.Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "data", ReadOnlyProperty = true } }];
        node.Table.Set(next);
        Assert.Contains("kept", await node.LogContainsAsync("d", "read-only"), StringComparison.Ordinal);
        await GoneAsync(node, next);
        await node.Keeper!.LookAsync(ProcessHarness.Cancellation);
    }

    [Fact]
    public async Task FsGroup_OwnsAndMayWrite_ButNotThroughLinks()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        await MakeAsync(node);
        var data = Path.Combine(node.Folder, "persistent", "v", "data");
        var outside = Path.Combine(node.Folder, "outside");
        await File.WriteAllTextAsync(outside, "private", ProcessHarness.Cancellation);
        File.SetUnixFileMode(outside, UnixFileMode.UserRead);
        Directory.CreateDirectory(Path.Combine(data, "sub"));
        await File.WriteAllTextAsync(Path.Combine(data, "sub", "file"), "old", ProcessHarness.Cancellation);
        File.CreateSymbolicLink(Path.Combine(data, "sub", "link"), outside);
        var pod = Pod("p", Mounting("c", "echo new > /data/sub/file && stat -c %g /data/sub/file && touch /data/made && stat -c %g /data/made; echo done; exec sleep 1000"));
        pod.Spec.SecurityContext = new() { RunAsUser = 1234, RunAsGroup = 1234, FsGroup = 2345 };
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        Assert.Contains("2345\n2345\n", await node.LogContainsAsync("c", "done"), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(outside));
        Assert.False(FileNative.IsOwned(outside, 2345));
    }

    [Theory]
    [InlineData("escape", "leads out")]
    [InlineData("loop", "too many links")]
    public async Task SubPath_OfAClaim_ThroughALinkThatStayed_DoesNotLeaveTheVolume(string subPath, string expected)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        await MakeAsync(node);
        // An earlier pod had all the time it wanted.
        var data = Path.Combine(node.Folder, "persistent", "v", "data");
        File.CreateSymbolicLink(Path.Combine(data, "escape"), "/etc");
        File.CreateSymbolicLink(Path.Combine(data, "loop"), "loop");
        var container = Mounting("c", "exec sleep 1000");
        container.VolumeMounts[0].SubPath = subPath;
        var pod = Pod("p", container);
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Message?.Contains(expected, StringComparison.Ordinal) == true);
        Assert.Null(status.ContainerStatuses[0].State.Running);
    }

    [Theory]
    [InlineData("..", "without '..'")]
    [InlineData("/etc", "must be relative")]
    public async Task SubPathExpr_IsExpanded_AndLeadsNowhereElse(string value, string expected)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        await MakeAsync(node);
        var (good, bad) = (Mounting("good", "touch /data/file; echo done; exec sleep 1000"), Mounting("bad", "exec sleep 1000"));
        good.Env = [new() { Name = "POD", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } }];
        bad.Env = [new() { Name = "POD", Value = value }];
        good.VolumeMounts[0].SubPathExpr = bad.VolumeMounts[0].SubPathExpr = "$(POD)";
        var pod = Pod("p", good, bad);
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        await node.LogContainsAsync("good", "done");
        Assert.True(File.Exists(Path.Combine(node.Folder, "persistent", "v", "data", "p", "file")));
        await node.SeesAsync("p", status => status.ContainerStatuses.Any(one => one.State.Waiting?.Message?.Contains(expected, StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task EngineVolume_IsHadByName_KeepsItsData_AndGoesOnlyByPolicy()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var name = $"v-{Guid.NewGuid():N}";
        var volume = await MakeAsync(node, policy: "Delete", name: name, engine: true);
        var pod = Pod("p", Mounting("c", "echo kept > /data/file; mkdir /data/part; echo part > /data/part/file; echo done; exec sleep 1000"));
        pod.Spec.SecurityContext = new() { RunAsUser = 1234, FsGroup = 2345 };
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        await node.LogContainsAsync("c", "done");
        // The engine itself lets nobody remove it, and no folder of ours has its data.
        var refused = await Assert.ThrowsAsync<DockerApiException>(() => engine.Client.Volumes.RemoveAsync($"orchestrator-{name}", force: true, ProcessHarness.Cancellation));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(["volume.json"], Directory.EnumerateFileSystemEntries(Path.Combine(node.Folder, "persistent", name)).Select(Path.GetFileName));
        await GoneAsync(node, pod);

        var next = Pod("q", Mounting("d", "cat /data/file; stat -c %g /data/file; cat /part/file; exec sleep 1000"));
        next.Spec.Containers[0].VolumeMounts.Add(new() { Name = "data", MountPath = "/part", SubPath = "part" });
        next.Spec.Volumes = Claim;
        node.Table.Set(next);
        Assert.Equal("kept\n2345\npart\n", await node.LogContainsAsync("d", "part"));
        await GoneAsync(node, next);

        volume.Status.Phase = "Released";
        volume.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        await node.Keeper!.LookAsync(ProcessHarness.Cancellation);
        Assert.Empty(node.Claims.Volumes);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(node.Folder, "persistent")));
        var gone = await Assert.ThrowsAsync<DockerApiException>(() => engine.Client.Volumes.InspectAsync($"orchestrator-{name}", ProcessHarness.Cancellation));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task EngineVolume_ThatSomebodyRemoved_IsNotReplacedByAnEmptyOne()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var name = $"v-{Guid.NewGuid():N}";
        await MakeAsync(node, name: name, engine: true);
        await engine.Client.Volumes.RemoveAsync($"orchestrator-{name}", force: false, ProcessHarness.Cancellation);
        var pod = Pod("p", Mounting("c", "exec sleep 1000"));
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        await Eventually.SeesAsync(() => string.Join(' ', node.Api.Events), events => events.Contains("FailedMount", StringComparison.Ordinal));
        await Assert.ThrowsAsync<DockerApiException>(() => engine.Client.Volumes.InspectAsync($"orchestrator-{name}", ProcessHarness.Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Device_MadeInAVolume_CannotBeOpened_NotEvenThroughASubPath(bool subPath)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        await MakeAsync(node);
        // The machine's memory, which no container has a right to.
        var maker = Pod("p", Mounting("c", "mknod /data/memory c 1 1 && echo made; exec sleep 1000"));
        maker.Spec.Volumes = Claim;
        node.Table.Set(maker);
        await node.LogContainsAsync("c", "made");
        await GoneAsync(node, maker);
        var opener = Mounting("d", $"head -c 1 {(subPath ? "/device" : "/data/memory")} >/dev/null && echo opened || echo refused; exec sleep 1000");
        if (subPath)
        {
            opener.VolumeMounts = [new() { Name = "data", MountPath = "/device", SubPath = "memory" }];
        }
        var pod = Pod("q", opener);
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        Assert.DoesNotContain("opened", await node.LogContainsAsync("d", "refused"), StringComparison.Ordinal);
        await GoneAsync(node, pod);
    }

    [Fact]
    public async Task Device_MadeInAVolumeWithAHardSize_OpensNothing()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        await MakeAsync(node, hard: true);
        var container = Mounting("c", "mknod /data/zero c 1 5; head -c 1 /data/zero >/dev/null && echo opened || echo refused; exec sleep 1000");
        var pod = Pod("p", container);
        pod.Spec.Volumes = Claim;
        node.Table.Set(pod);
        await node.LogContainsAsync("c", "refused");
        await GoneAsync(node, pod);
        await node.Keeper!.LookAsync(ProcessHarness.Cancellation);
    }

    private static List<V1Volume> Claim => [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "data" } }];

    private static V1Container Mounting(string name, string command)
    {
        var container = Shell(name, command);
        container.VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
        return container;
    }

    private static async Task<V1PersistentVolume> MakeAsync(NodeHarness node, bool hard = false, string policy = "Retain", string name = "v", bool engine = false)
    {
        var volume = node.Claims.AddVolume(name, policy, hard: hard, engine: engine);
        node.Claims.AddClaim("data", name);
        node.Keeper!.Replace([volume]);
        await node.Keeper.LookAsync(ProcessHarness.Cancellation);
        Assert.Equal("16Mi", VolumeFacts.Annotation(volume.Metadata, VolumeNames.MadeSize));
        volume.Status.Phase = "Bound";
        return volume;
    }

    private static async Task GoneAsync(NodeHarness node, V1Pod pod)
    {
        node.Table.Remove(pod);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
    }
}
