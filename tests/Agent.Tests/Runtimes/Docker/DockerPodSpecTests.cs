using System.Diagnostics;
using System.Globalization;
using Docker.DotNet.Models;
using k8s.Models;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Testing;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>Fields of a pod's spec that show inside its containers.</summary>
public sealed class DockerPodSpecTests(DockerEngine engine)
{
    [Fact]
    public async Task HostPort_Given_LeadsToTheContainer()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var server = Shell("c", "mkdir -p /www; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www");
        server.Ports = [new() { ContainerPort = 8080, HostPort = 18080, Protocol = "TCP" }];
        node.Table.Set(Pod("p", server));
        await node.SeesAsync("p", status => status.Phase == "Running");
        await Eventually.SeesAsync(() => InNetwork("printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | /bin/busybox nc -w 1 127.0.0.1 18080"),
            answer => answer.Contains("hello", StringComparison.Ordinal));
        // The port goes back with the pod: the next one can have it.
        node.Table.Remove(Pod("p"));
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        var next = Pod("next", server);
        node.Table.Set(next);
        await node.SeesAsync("next", status => status.Phase == "Running");
    }

    [Fact]
    public async Task Sysctls_Given_AreSetForThePod()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shm_rmid_forced; exec sleep 1000"));
        pod.Spec.SecurityContext = new() { Sysctls = [new() { Name = "net.ipv4.ip_unprivileged_port_start", Value = "1234" }, new() { Name = "kernel.shm_rmid_forced", Value = "1" }] };
        node.Table.Set(pod);
        await node.LogContainsAsync("c", "1234\n1\n");
    }

    [Fact]
    public async Task Sysctls_NotNamespaced_PodWaitsAndSaysWhy()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        pod.Spec.SecurityContext = new() { Sysctls = [new() { Name = "kernel.panic", Value = "1" }] };
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Conditions.Any(condition => condition is { Type: "PodReadyToStartContainers", Reason: "FailedCreatePodSandBox" }));
        Assert.Contains("kernel.panic", status.Conditions.First(condition => condition.Type == "PodReadyToStartContainers").Message, StringComparison.Ordinal);
        Assert.Contains("FailedCreatePodSandBox", node.Api.Events);
    }

    [Theory]
    [InlineData("pid")]
    [InlineData("ipc")]
    public async Task HostNamespace_AskedFor_IsTheHosts(string kind)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", $"ls -l /proc/self/ns/{kind}; exec sleep 1000"));
        (pod.Spec.HostPID, pod.Spec.HostIPC) = (kind == "pid", kind == "ipc");
        node.Table.Set(pod);
        await node.LogContainsAsync("c", new FileInfo($"/proc/self/ns/{kind}").LinkTarget ?? "none");
    }

    [Fact]
    public async Task HostNetwork_AskedFor_IsTheEnginesAndHasTheNodesAddress()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "ls -l /proc/self/ns/net; exec sleep 1000"));
        pod.Spec.HostNetwork = true;
        node.Table.Set(pod);
        await node.LogContainsAsync("c", InNetwork("readlink /proc/self/ns/net").Trim());
        Assert.Equal("10.0.0.1", node.Api.Statuses["p"].PodIP);
    }

    [Fact]
    public async Task Seccomp_Localhost_IsTheFileOfTheDataFolder()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var folder = Path.Combine(node.Folder, "docker", "seccomp");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "no-mkdir.json"), """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}
            """, ProcessHarness.Cancellation);
        var pod = Pod("p", Shell("c", "touch /file && echo touched; mkdir /folder || echo refused; exec sleep 1000"));
        pod.Spec.SecurityContext = new() { SeccompProfile = new() { Type = "Localhost", LocalhostProfile = "no-mkdir.json" } };
        node.Table.Set(pod);
        Assert.Contains("touched", await node.LogContainsAsync("c", "refused"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc/passwd", "leaves")]
    [InlineData("missing.json", "missing.json")]
    public async Task Seccomp_LocalhostElsewhereOrMissing_IsToldByField(string profile, string part)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "exec sleep 1000");
        container.SecurityContext = new() { SeccompProfile = new() { Type = "Localhost", LocalhostProfile = profile } };
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Contains("seccompProfile.localhostProfile", status.ContainerStatuses[0].State.Waiting.Message, StringComparison.Ordinal);
        Assert.Contains(part, status.ContainerStatuses[0].State.Waiting.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DnsConfig_Given_ReachesTheResolver()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var pod = Pod("p", Shell("c", "cat /etc/resolv.conf; exec sleep 1000"));
        pod.Spec.DnsPolicy = "None";
        pod.Spec.DnsConfig = new()
        {
            Nameservers = ["192.0.2.53"], Searches = ["one.example", "two.example"], Options = [new() { Name = "ndots", Value = "3" }, new() { Name = "rotate" }],
        };
        node.Table.Set(pod);
        var log = await node.LogContainsAsync("c", "search one.example two.example");
        Assert.Contains("ndots:3", log, StringComparison.Ordinal);
        Assert.Contains("rotate", log, StringComparison.Ordinal);
        // The engine's own resolver stands between, and asks these.
        var sandbox = (await node.Runtime.ListAsync("uid-p", ProcessHarness.Cancellation)).Single().Sandbox?.Id;
        Assert.Equal(["192.0.2.53"], (await engine.Client.Containers.InspectContainerAsync(sandbox, ProcessHarness.Cancellation)).HostConfig.DNS);
    }

    [Fact]
    public async Task StdinAndTty_Given_AreThere()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Shell("c", "test -t 0 && test -t 1 && echo terminal; read line; echo got $line; exec sleep 1000");
        (container.Stdin, container.Tty) = (true, true);
        node.Table.Set(Pod("p", container));
        await node.LogContainsAsync("c", "terminal");
        using var stream = await engine.Client.Containers.AttachContainerAsync(
            (await node.ContainersAsync()).Single().Id, true, new() { Stream = true, Stdin = true }, ProcessHarness.Cancellation);
        await stream.WriteAsync("hello\n"u8.ToArray(), 0, 6, ProcessHarness.Cancellation);
        await node.LogContainsAsync("c", "got hello");
    }

    [Fact]
    public async Task WorkingDirAndEnvironment_OverTheImages_Win()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var container = Container("c", "sh", "-c", "pwd; echo $WHO; echo \"$0\"; exec sleep 1000", "$(WHO)-$(NOT_SET)-$$(WHO)");
        container.WorkingDir = "/tmp";
        container.Env = [new() { Name = "WHO", Value = "me" }];
        node.Table.Set(Pod("p", container));
        await node.LogContainsAsync("c", "/tmp\nme\nme-$(NOT_SET)-$(WHO)\n");
    }

    // In the engine's own network, where this machine's loopback address is that of the node.
    private string InNetwork(string script)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo("nsenter",
            [string.Create(CultureInfo.InvariantCulture, $"--net=/proc/{engine.NetworkProcessId}/ns/net"), "/bin/sh", "-c", script]) { RedirectStandardOutput = true })!; // A new process.
        return process.StandardOutput.ReadToEnd();
    }
}
