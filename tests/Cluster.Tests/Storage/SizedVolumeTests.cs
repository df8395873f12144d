using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>Volumes whose size is a hard one: a file system of their own. Needs root, and loop devices.</summary>
public sealed class SizedVolumeTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task HardSize_IsFull_Grows_AndIsUnmountedWhenNobodyUsesIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control"), "hard sizes need root and loop devices");
        (await cluster.ApplyAsync(StorageSteps.SizedClass("sized"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("hard", "sized", size: "32Mi"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("filler", "hard",
            "echo begun > data/first; head -c 64M /dev/zero > data/big || echo full"))).Succeeded();
        await cluster.LogAsync("filler", "full");
        var volume = await cluster.ReadAsync("get pvc hard -o jsonpath={.spec.volumeName}");
        var usage = await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get --raw /apis/metrics.k8s.io/v1beta1/namespaces/default/volumes/hard")).Output,
            text => text.Contains("usedBytes", StringComparison.Ordinal), text => text);
        Assert.InRange((long)System.Text.Json.Nodes.JsonNode.Parse(usage)!["capacityBytes"]!, 16L << 20, 32L << 20);

        // That it is full is said, as long as it is.
        (await cluster.KubectlAsync("wait pvc/hard --for=condition=VolumeFull --timeout=60s")).Succeeded();
        await cluster.EventAsync("pvc hard", "NoSpaceLeft");
        var node = await cluster.ReadAsync("get pod filler -o jsonpath={.spec.nodeName}");
        Assert.InRange(await FigureAsync(node, "available_bytes", "hard"), 0, 1 << 19);
        Assert.InRange(await FigureAsync(node, "capacity_bytes", "hard"), 16L << 20, 32L << 20);
        Assert.InRange(await FigureAsync(node, "inodes_free", "hard"), 1, 1 << 20);
        (await cluster.KubectlAsync(["exec", "filler", "--", "rm", "data/big"])).Succeeded();
        await Eventually.GetAsync(() => cluster.ReadAsync("get pvc hard -o jsonpath={.status.conditions}"), conditions => conditions is "", conditions => conditions);

        // Smaller it does not become; larger it does.
        Assert.Contains("field can not be less than status.capacity", (await PatchAsync("16Mi")).Error, StringComparison.Ordinal);
        (await PatchAsync("96Mi")).Succeeded();
        // At once where the kernel lets the agent, else when the pod has gone, which the claim says.
        await Eventually.GetAsync(() => cluster.ReadAsync("get pvc hard -o jsonpath={.status.capacity.storage}{.status.conditions[*].type}"), state => state is "96Mi" or "32MiFileSystemResizePending", state => state);
        (await cluster.KubectlAsync("delete pod filler --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pvc/hard --for=jsonpath={.status.capacity.storage}=96Mi --timeout=60s")).Succeeded();
        await Eventually.GetAsync(() => Task.FromResult(File.ReadAllText("/proc/self/mountinfo")), mounts => !mounts.Contains(volume, StringComparison.Ordinal), mounts => mounts);
        (await cluster.ApplyAsync(VolumeTests.Pod("reader", "hard", "cat data/first; head -c 48M /dev/zero > data/big && echo fits"))).Succeeded();
        await cluster.LogAsync("reader", "begun\nfits");
        (await cluster.KubectlAsync("delete pod reader --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pvc hard --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
        Assert.DoesNotContain(TestCluster.Nodes, node => Directory.Exists(Path.Combine(cluster.DataFolder(node), "persistent", volume)));
    }

    [Fact]
    public async Task HardSize_LargerThanTheDisk_WaitsAndSaysWhy()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hard sizes need root");
        (await cluster.ApplyAsync(StorageSteps.SizedClass("vast", grows: false))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("vast", "vast", size: "1Pi"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("dreamer", "vast", "echo never"))).Succeeded();
        await cluster.EventAsync("pod dreamer", "2 node(s) did not have enough free storage");
        (await cluster.KubectlAsync("delete pod dreamer")).Succeeded();
        (await cluster.KubectlAsync("delete pvc vast --timeout=30s")).Succeeded();
    }

    [Fact]
    public async Task Xfs_GrowsWhileItsPodRuns()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control") && File.Exists("/usr/sbin/mkfs.xfs"), "needs root, loop devices and mkfs.xfs");
        (await cluster.ApplyAsync(StorageSteps.SizedClass("xfs", fileSystem: "xfs"))).Succeeded();
        // No xfs is smaller than 300 MB.
        (await cluster.ApplyAsync(VolumeTests.Claim("online", "xfs", size: "320Mi"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("stays", "online", "echo begun > data/first; echo done", "n1"))).Succeeded();
        await cluster.LogAsync("stays", "done");
        Assert.InRange(await FigureAsync("n1", "capacity_bytes", "online"), 200L << 20, 320L << 20);
        (await cluster.KubectlAsync(["patch", "pvc", "online", "-p", """{"spec":{"resources":{"requests":{"storage":"640Mi"}}}}"""])).Succeeded();
        (await cluster.KubectlAsync("wait pvc/online --for=jsonpath={.status.capacity.storage}=640Mi --timeout=60s")).Succeeded();
        Assert.Empty(await cluster.ReadAsync("get pvc online -o jsonpath={.status.conditions}"));
        await cluster.EventAsync("pvc online", "FileSystemResizeSuccessful");
        Assert.InRange(await FigureAsync("n1", "capacity_bytes", "online"), 500L << 20, 640L << 20);
        Assert.Equal("begun", (await cluster.KubectlAsync(["exec", "stays", "--", "cat", "data/first"])).Succeeded().Trim());
        Assert.Equal("0", await cluster.ReadAsync("get pod stays -o jsonpath={.status.containerStatuses[0].restartCount}"));
        (await cluster.KubectlAsync("delete pod/stays pvc/online --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Growth_ThatTheNodeHasNoRoomFor_IsTold_AndCanBeTakenBack()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control"), "hard sizes need root and loop devices");
        (await cluster.ApplyAsync(StorageSteps.SizedClass("greedy", waits: false))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("greedy", "greedy", size: "32Mi"))).Succeeded();
        (await cluster.KubectlAsync("wait pvc/greedy --for=jsonpath={.status.phase}=Bound --timeout=60s")).Succeeded();
        (await ResizeAsync("greedy", "1Pi")).Succeeded();
        await Eventually.GetAsync(() => cluster.ReadAsync("get pvc greedy -o jsonpath={.status.capacity.storage}/{.status.conditions[*].type}/{.status.conditions[*].reason}"),
            state => state is "32Mi/FileSystemResizePending/ResourceExhausted", state => state);
        (await ResizeAsync("greedy", "48Mi")).Succeeded();
        (await cluster.KubectlAsync("wait pvc/greedy --for=jsonpath={.status.capacity.storage}=48Mi --timeout=60s")).Succeeded();
        Assert.Empty(await cluster.ReadAsync("get pvc greedy -o jsonpath={.status.conditions}"));
        (await ResizeAsync("greedy", "1Pi")).Succeeded();
        await Eventually.GetAsync(() => cluster.ReadAsync("get pvc greedy -o jsonpath={.status.conditions[*].reason}"), reason => reason is "ResourceExhausted", reason => reason);
        // Taken back to what there is.
        (await ResizeAsync("greedy", "48Mi")).Succeeded();
        await Eventually.GetAsync(() => cluster.ReadAsync("get pvc greedy -o jsonpath={.status.conditions}"), conditions => conditions is "", conditions => conditions);
        var volume = await cluster.ReadAsync("get pvc greedy -o jsonpath={.spec.volumeName}");
        await Eventually.GetAsync(() => cluster.ReadAsync($"get pv {volume} -o jsonpath={{.spec.capacity.storage}}/{{.metadata.annotations.orchestrator\\.dev/volume-problem}}"), state => state is "48Mi/", state => state);
        (await cluster.KubectlAsync("delete pvc greedy --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
    }

    /// <summary>A figure of a claim's volume as Prometheus would read it.</summary>
    private async Task<long> FigureAsync(string node, string figure, string claim)
    {
        var text = (await cluster.KubectlAsync($"get --raw /api/v1/nodes/{node}/proxy/metrics")).Succeeded();
        var line = Assert.Single(text.Split('\n'), line => line.StartsWith($"kubelet_volume_stats_{figure}{{namespace=\"default\",persistentvolumeclaim=\"{claim}\"}} ", StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<CommandResult> PatchAsync(string size) => ResizeAsync("hard", size);

    private Task<CommandResult> ResizeAsync(string claim, string size) => cluster.KubectlAsync(["patch", "pvc", claim, "-p", "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"" + size + "\"}}}}"]);
}
