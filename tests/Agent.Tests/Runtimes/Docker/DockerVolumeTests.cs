using Orchestrator.Testing;
using k8s.Models;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Agent.Volumes;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class DockerVolumeTests(DockerEngine engine)
{
    [Fact]
    public async Task ConfigMap_Changed_ReachesTheRunningContainerAtOnce()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["a"] = "one", ["b"] = "kept out" };
        var container = Shell("c", "cat /config/sub/file; echo; until [ \"$(cat /config/sub/file)\" = two ]; do :; done; echo changed; exec sleep 1000");
        container.VolumeMounts = [new() { Name = "config", MountPath = "/config", ReadOnlyProperty = true }];
        var pod = Pod("p", container);
        pod.Spec.Volumes = [new() { Name = "config", ConfigMap = new() { Name = "map", Items = [new() { Key = "a", Path = "sub/file" }] } }];
        node.Table.Set(pod);
        await node.LogContainsAsync("c", "one");
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["a"] = "two" };
        await node.Volumes.RefreshAsync(pod, ProcessHarness.Cancellation);
        await node.LogContainsAsync("c", "changed");
    }

    [Fact]
    public async Task Projected_SecretConfigMapAndDownward_AreOneFolder()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["a"] = "from-map" };
        node.Api.Config[new("secret", "secret")] = new Dictionary<string, string> { ["b"] = "from-secret" };
        var container = Shell("c", "cat /all/a /all/b /all/labels; echo; touch /all/x || echo read-only; exec sleep 1000");
        container.VolumeMounts = [new() { Name = "all", MountPath = "/all", ReadOnlyProperty = true }];
        var pod = Pod("p", container);
        pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "x" };
        pod.Spec.Volumes =
        [
            new()
            {
                Name = "all",
                Projected = new()
                {
                    Sources =
                    [
                        new() { ConfigMap = new() { Name = "map" } },
                        new() { Secret = new() { Name = "secret" } },
                        new() { ConfigMap = new() { Name = "absent", Optional = true } },
                        new() { DownwardAPI = new() { Items = [new() { Path = "labels", FieldRef = new() { FieldPath = "metadata.labels" } }] } },
                    ],
                },
            },
        ];
        node.Table.Set(pod);
        var log = await node.LogContainsAsync("c", "read-only");
        Assert.Contains("from-mapfrom-secretapp=\"x\"", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyDir_SharedAndOfMemory_LivesAsLongAsThePod()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var (writer, reader) = (Shell("writer", "echo here >/shared/file; exec sleep 1000"), Shell("reader", "until grep here /shared/file; do :; done; grep ' /shared ' /proc/mounts; exec sleep 1000"));
        writer.VolumeMounts = reader.VolumeMounts = [new() { Name = "shared", MountPath = "/shared" }];
        var pod = Pod("p", writer, reader);
        pod.Spec.Volumes = [new() { Name = "shared", EmptyDir = new() { Medium = "Memory", SizeLimit = new("1Mi") } }];
        node.Table.Set(pod);
        var log = await node.LogContainsAsync("reader", "tmpfs");
        Assert.Contains("here\n", log, StringComparison.Ordinal);
        node.Table.Remove(pod);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        Assert.Empty(MountTable.Below(node.Folder));
    }

    [Fact]
    public async Task SubPath_ThroughALink_DoesNotLeaveTheVolume()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var (init, container) = (Shell("init", "ln -s / /data/escape"), Shell("c", "exec sleep 1000"));
        init.VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
        container.VolumeMounts = [new() { Name = "data", MountPath = "/host", SubPath = "escape/etc" }];
        var pod = Pod("p", container);
        pod.Spec.InitContainers = [init];
        pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Message?.Contains("leads out", StringComparison.Ordinal) == true);
        Assert.Null(status.ContainerStatuses[0].State.Running);
    }

    [Fact]
    public async Task SubPath_FolderAndFile_AreMounted()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["a"] = "from-map" };
        var container = Shell("c", "cat /one-file; touch /folder/made; echo; echo done; exec sleep 1000");
        container.VolumeMounts =
        [
            new() { Name = "config", MountPath = "/one-file", SubPath = "a" },
            new() { Name = "data", MountPath = "/folder", SubPath = "deep/er" },
        ];
        var pod = Pod("p", container);
        pod.Spec.Volumes = [new() { Name = "config", ConfigMap = new() { Name = "map" } }, new() { Name = "data", EmptyDir = new() }];
        node.Table.Set(pod);
        Assert.Contains("from-map", await node.LogContainsAsync("c", "done"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(node.Folder, "volumes", "uid-p", "data", "deep", "er", "made")));
    }

    [Theory]
    [InlineData(null, "", "")]
    [InlineData("HostToContainer", "outer", "")]
    [InlineData("Bidirectional", "outer", "inner")]
    public async Task Propagation_OfMountsMadeLater_GoesAsFarAsItSays(string? propagation, string seenInside, string seenOutside)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var host = Path.Combine(node.Folder, "host");
        foreach (var folder in new[] { host, Path.Combine(host, "outer"), Path.Combine(host, "inner") })
        {
            Directory.CreateDirectory(folder);
        }
        FileNative.MountMemory(host, "mode=0777");
        try
        {
            // What is mounted below is known to all who have it, as everything is on a machine that systemd began.
            FileNative.Share(host);
            Directory.CreateDirectory(Path.Combine(host, "outer"));
            Directory.CreateDirectory(Path.Combine(host, "inner"));
            var container = Shell("c", "mount -t tmpfs none /host/inner && touch /host/inner/inner; until [ -e /host/go ]; do :; done; ls /host/outer; echo done; exec sleep 1000");
            // Of what a privileged container may, this is what it takes to mount.
            container.SecurityContext = new() { Capabilities = new() { Add = ["SYS_ADMIN"] } };
            container.VolumeMounts = [new() { Name = "host", MountPath = "/host", MountPropagation = propagation }];
            var pod = Pod("p", container);
            pod.Spec.Volumes = [new() { Name = "host", HostPath = new() { Path = host } }];
            node.Table.Set(pod);
            await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Running is not null);
            FileNative.MountMemory(Path.Combine(host, "outer"), "mode=0777");
            await File.WriteAllTextAsync(Path.Combine(host, "outer", "outer"), "", ProcessHarness.Cancellation);
            await File.WriteAllTextAsync(Path.Combine(host, "go"), "", ProcessHarness.Cancellation);
            var log = await node.LogContainsAsync("c", "done");
            Assert.Equal(seenInside, log.Replace("done", "", StringComparison.Ordinal).Trim());
            Assert.Equal(seenOutside, string.Join(',', Directory.EnumerateFiles(Path.Combine(host, "inner")).Select(Path.GetFileName)));
            node.Table.Remove(pod);
            await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        }
        finally
        {
            foreach (var mount in MountTable.Below(node.Folder).Where(mount => mount.StartsWith(host, StringComparison.Ordinal)))
            {
                FileNative.Unmount(mount);
            }
        }
    }

    [Fact]
    public async Task HostPath_OfAnotherType_IsFailedMount()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.Volumes = [new() { Name = "host", HostPath = new() { Path = "/etc/passwd", Type = "Directory" } }];
        node.Table.Set(pod);
        await Eventually.SeesAsync(() => node.Api.Events.Contains("FailedMount"), failed => failed);
    }
}
