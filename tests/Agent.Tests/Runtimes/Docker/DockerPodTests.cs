using Orchestrator.Testing;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>What only containers have: namespaces, limits, file systems, an engine that may go away.</summary>
public sealed class DockerPodTests(DockerEngine engine)
{
    [Fact]
    public async Task Containers_OfOnePod_ShareAddressAndHostname()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p",
            Shell("server", "echo hello >/tmp/index.html; exec httpd -f -p 8080 -h /tmp"),
            Shell("client", "hostname; cat /etc/hosts; until echo -e 'GET /index.html HTTP/1.0\\r\\n\\r' | nc 127.0.0.1 8080; do :; done; exec sleep 1000"));
        pod.Spec.Hostname = "given";
        pod.Spec.HostAliases = [new() { Ip = "10.9.8.7", Hostnames = ["alias.example"] }];
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Running");
        var log = await node.LogContainsAsync("client", "hello");
        Assert.Contains("given\n", log, StringComparison.Ordinal);
        Assert.Contains("10.9.8.7\talias.example", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_OverItsLimit_IsOomKilled()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "x=a; while :; do x=$x$x; done");
        container.Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("16Mi"), ["cpu"] = new("500m") } };
        var pod = Pod("p", container);
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal(("OOMKilled", 137), (status.ContainerStatuses[0].State.Terminated.Reason, status.ContainerStatuses[0].State.Terminated.ExitCode));
    }

    [Fact]
    public async Task Pids_ForkBomb_IsContained()
    {
        await using var node = await DockerNode.CreateAsync(engine, pidsLimit: 20);
        node.Table.Set(Pod("p", Shell("c", "i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done; echo survived; wait")));
        await node.LogContainsAsync("c", "can't fork");
    }

    [Fact]
    public async Task Security_UserGroupsCapabilitiesAndReadOnlyRoot_AreAsAsked()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "id; touch /file || echo read-only; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; ls -ln /data; exec sleep 1000");
        container.SecurityContext = new()
        {
            RunAsUser = 1234, RunAsGroup = 2345, ReadOnlyRootFilesystem = true, AllowPrivilegeEscalation = false, RunAsNonRoot = true,
            Capabilities = new() { Drop = ["ALL"] },
        };
        container.VolumeMounts = [new() { Name = "config", MountPath = "/data" }];
        var pod = Pod("p", container);
        pod.Spec.SecurityContext = new() { FsGroup = 3456, SupplementalGroups = [4567] };
        pod.Spec.Volumes = [new() { Name = "config", ConfigMap = new() { Name = "map", DefaultMode = 256 } }];
        node.Api.Config[new("configmap", "map")] = new Dictionary<string, string> { ["key"] = "value" };
        node.Table.Set(pod);
        var log = await node.LogContainsAsync("c", "..data");
        Assert.Contains("uid=1234 gid=2345 groups=2345,3456,4567", log, StringComparison.Ordinal);
        Assert.Contains("read-only", log, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", log, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsNonRoot_ImageRunsAsRoot_IsRefusedByName()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.SecurityContext = new() { RunAsNonRoot = true };
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Contains("image will run as root", status.ContainerStatuses[0].State.Waiting.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShareProcessNamespace_SeesTheOthersAndReapsOrphans()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("one", "exec sleep 4711"), Shell("two", "until ps | grep -q 'sleep 471[1]'; do :; done; echo seen; exec sleep 1000"));
        pod.Spec.ShareProcessNamespace = true;
        node.Table.Set(pod);
        await node.LogContainsAsync("two", "seen");
    }

    [Fact]
    public async Task Sandbox_Killed_PodIsRebuiltWithItsInitContainers()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"));
        pod.Spec.InitContainers = [Shell("init", "exit 0")];
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Running");
        var sandbox = (await node.Runtime.ListAsync("uid-p", ProcessHarness.Cancellation)).Single().Sandbox?.Id ?? "";
        await engine.Client.Containers.KillContainerAsync(sandbox, new() { Signal = "SIGKILL" }, ProcessHarness.Cancellation);
        await node.SeesAsync("p", status => status.Phase == "Running" && status.ContainerStatuses[0] is { RestartCount: 1, State.Running: not null }
            && status.InitContainerStatuses[0].RestartCount == 1);
    }

    [Fact]
    public async Task Remove_Pod_LeavesNoContainerOfOursAndTouchesNoOther()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var other = await engine.Client.Containers.CreateContainerAsync(new() { Image = "host", Cmd = ["sleep", "1000"] }, ProcessHarness.Cancellation);
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        await node.RestartAsync();
        await node.Table.ReplaceAsync([], ProcessHarness.Cancellation);
        Assert.Empty(await node.Runtime.ListAsync(null, ProcessHarness.Cancellation));
        var owner = await File.ReadAllTextAsync(Path.Combine(node.Folder, "docker", "owner"), ProcessHarness.Cancellation);
        var left = await engine.Client.Containers.ListContainersAsync(new() { All = true }, ProcessHarness.Cancellation);
        Assert.DoesNotContain(left, container => container.Labels.TryGetValue(ContainerLabels.Owner, out var mark) && mark == owner);
        Assert.Contains(left, container => container.ID == other.ID);
    }

    [Fact]
    public async Task Log_VeryLongLine_ComesWhole()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "head -c 100000 /dev/zero | tr '\\0' a; echo; echo end"));
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Succeeded");
        Assert.Equal(new string('a', 100_000) + "\nend\n", await node.LogAsync("c"));
    }

    [Fact]
    public async Task RuntimeClass_OfAnEngineRuntime_IsAskedOfTheEngine()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        Assert.Contains("runc", node.Runtime.Handlers);
        node.Api.RuntimeClasses["mine"] = "runc";
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.RuntimeClassName = "mine";
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.Phase == "Running");
        foreach (var id in new[] { (await node.ContainersAsync()).Single().Id, (await node.Runtime.ListAsync("uid-p", ProcessHarness.Cancellation)).Single().Sandbox?.Id })
        {
            Assert.Equal("runc", (await engine.Client.Containers.InspectContainerAsync(id, ProcessHarness.Cancellation)).HostConfig.Runtime);
        }
    }

    [Fact]
    public async Task Exec_TimesOut_IsEndedAndTold()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.Phase == "Running");
        var container = (await node.ContainersAsync()).Single();
        var result = await node.Runtime.ExecAsync(container.Id, ["sleep", "4712"], TimeSpan.FromMilliseconds(300), ProcessHarness.Cancellation);
        Assert.True(result.TimedOut);
        Assert.Equal(ContainerState.Running, (await node.ContainersAsync()).Single().State);
    }
}
