using System.Text;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Testing;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>Pods that mean harm: each is contained, says why if it cannot run, and leaves nothing.</summary>
public sealed class HostilePodTests(DockerEngine engine)
{
    private static CancellationToken Cancellation => ProcessHarness.Cancellation;

    [Fact]
    public async Task Log_OneLineOfAGigabyte_IsBoundedOnDiskAndInMemory()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "head -c 1000000000 /dev/zero | tr '\\0' a"));
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        await Eventually.SeesAsync(() => node.Api.Statuses.GetValueOrDefault("p")?.Phase, phase => phase == "Succeeded", phase => phase ?? "", limit: TimeSpan.FromMinutes(3));
        var id = (await node.ContainersAsync()).Single().Id;
        Assert.InRange((await node.Runtime.Housekeeping!.ReadDiskUsageAsync(Cancellation))[id], 1, 60 << 20); // Docker has one.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (read, largest) = (0L, 0);
        await foreach (var chunk in node.Runtime.ReadLogAsync(id, LogQuery.All, Cancellation))
        {
            Assert.Equal(-1, chunk.Text.Span.IndexOfAnyExcept((byte)'a'));
            largest = Math.Max(largest, chunk.Text.Length);
            read += chunk.Text.Length;
        }
        Assert.InRange(read, 8 << 20, 60 << 20);
        Assert.InRange(largest, 1, 64 << 10);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
    }

    [Fact]
    public async Task ForkBomb_ThatNeverStops_IsHeldAndEnded()
    {
        await using var node = await DockerNode.CreateAsync(engine, pidsLimit: 60);
        var mark = $"fork-bomb-{Guid.NewGuid():N}";
        var bomb = Pod("p", Shell("c", $"busybox mkfifo /tmp/pipe; (trap '' TERM; while :; do sh -c 'while :; do read x </tmp/pipe; : {mark}; done' & done) & exec sleep 1000"));
        bomb.Spec.TerminationGracePeriodSeconds = 1;
        node.Table.Set(bomb);
        await Eventually.SeesAsync(() => Processes(mark), count => count > 10);
        node.Table.Set(Pod("other", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("other", status => status.Phase == "Running");
        Assert.InRange(Processes(mark), 0, 60);
        node.Table.Remove(bomb);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 1);
        Assert.Equal(0, Processes(mark));
        Assert.Equal("Running", node.Api.Statuses["other"].Phase);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/escape")]
    [InlineData("a/../../escape")]
    [InlineData("..data/escape")]
    [InlineData("..")]
    public async Task ConfigMapItem_PathThatLeavesItsVolume_IsFailedMount(string path)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["a"] = "x" };
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Volumes = [new() { Name = "config", ConfigMap = new() { Name = "map", Items = [new() { Key = "a", Path = path }] } }];
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Conditions.Any(condition => condition.Reason == "FailedMount"));
        Assert.Contains($"invalid path \"{path}\"", status.Conditions.First(condition => condition.Reason == "FailedMount").Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(node.Folder, "escape", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("/etc")]
    public async Task VolumeName_ThatIsAPath_IsFailedMountByField(string name)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Volumes = [new() { Name = name, EmptyDir = new() }];
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Conditions.Any(condition => condition.Reason == "FailedMount"));
        Assert.Contains("spec.volumes.name", status.Conditions.First(condition => condition.Reason == "FailedMount").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc", "must be relative")]
    [InlineData("/etc", "must be relative")]
    [InlineData("a/../../..", "must be relative")]
    public async Task SubPath_ThatLeavesItsVolume_IsRefused(string subPath, string part)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "exec sleep 1000");
        container.VolumeMounts = [new() { Name = "data", MountPath = "/data", SubPath = subPath }];
        var pod = Pod("p", container);
        pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Message?.Contains(part, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task EmptyDir_WithLinksOutAndPathsTooLong_IsRemovedAndNothingElse()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var outside = Directory.CreateTempSubdirectory("outside-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside.FullName, "kept"), "", Cancellation);
            // 300 folders of 100 letters: seven times what the system takes for a path.
            var container = Shell("c", $"cd /data; ln -s {outside.FullName} link; n=$(head -c 100 /dev/zero | tr '\\0' d); i=0; while [ $i -lt 300 ]; do mkdir $n; cd $n; i=$((i+1)); done; touch file; echo made; exec sleep 1000");
            container.VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
            var pod = Pod("p", container);
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
            pod.Spec.TerminationGracePeriodSeconds = 1;
            node.Table.Set(pod);
            await node.LogContainsAsync("c", "made");
            node.Table.Remove(pod);
            await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
            Assert.False(Directory.Exists(Path.Combine(node.Folder, "volumes", "uid-p")));
            Assert.True(File.Exists(Path.Combine(outside.FullName, "kept")));
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Resources_ThatNoContainerCanHave_AreTold()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "exec sleep 1000");
        container.Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1") } };
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CreateContainerError");
        Assert.Contains("memory limit", status.ContainerStatuses[0].State.Waiting.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void FindUnsupported_Fields_AreNamed()
    {
        var pod = Pod("p", Shell("c", "true"));
        pod.Spec.HostUsers = false;
        pod.Spec.HostNetwork = true;
        pod.Spec.SecurityContext = new() { Sysctls = [new() { Name = "net.core.somaxconn", Value = "1" }], WindowsOptions = new() };
        pod.Spec.Containers[0].VolumeDevices = [new() { Name = "d", DevicePath = "/dev/d" }];
        pod.Spec.Containers[0].SecurityContext = new() { WindowsOptions = new() };
        pod.Spec.Volumes = [new() { Name = "n", Nfs = new() }, new() { Name = "t", Projected = new() { Sources = [new() { ClusterTrustBundle = new() { Path = "p" } }] } }];
        string[] fields =
        [
            "spec.volumes[0] \"n\"", "spec.volumes[1].projected.sources[0] \"t\"", "spec.hostUsers", "spec.securityContext.sysctls", "spec.securityContext.windowsOptions",
            "spec.containers[0].securityContext.windowsOptions", "spec.containers[0].volumeDevices",
        ];
        var found = DockerLimits.Find(pod);
        Assert.Equal(fields.Length, found.Count);
        Assert.All(fields, field => Assert.Contains(found, sentence => sentence.StartsWith(field, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ExecStorm_EachHasItsOwnAnswerAndNothingStays()
    {
        const int Storm = 100;
        await using var node = await DockerNode.CreateAsync(engine);
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        var id = (await node.ContainersAsync()).Single().Id;
        var answers = await Task.WhenAll(Enumerable.Range(0, Storm).Select(async number =>
        {
            await using var streams = await node.Runtime.OpenExecAsync(
                id, ["sh", "-c", $"cat; echo from {number}; exit {number % 7}"], new(Input: true, Output: true, ErrorOutput: true, Terminal: false), Cancellation);
            var output = new StringBuilder();
            await streams.WriteAsync(Encoding.ASCII.GetBytes($"to {number}\n"), Cancellation);
            await streams.CloseInputAsync(Cancellation);
            await streams.CopyOutputAsync((_, data, _) =>
            {
                output.Append(Encoding.UTF8.GetString(data.Span));
                return ValueTask.CompletedTask;
            }, Cancellation);
            return (output.ToString(), await streams.WaitAsync(Cancellation));
        }));
        Assert.Equal(Enumerable.Range(0, Storm).Select(number => ($"to {number}\nfrom {number}\n", (int?)(number % 7))), answers);
        await Eventually.SeesAsync(() => node.Runtime.ExecAsync(id, ["sh", "-c", "ps | wc -l"], TimeSpan.FromSeconds(20), Cancellation).GetAwaiter().GetResult().Output.Trim(),
            processes => int.Parse(processes, System.Globalization.CultureInfo.InvariantCulture) <= 5);
        Assert.Equal("Running", node.Api.Statuses["p"].Phase);
    }

    private static int Processes(string mark) => Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return false;
        }
    });
}
