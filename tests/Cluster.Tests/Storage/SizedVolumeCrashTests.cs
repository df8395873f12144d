using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>The agent, or it and the controller, killed before and after each tool that works on the file system of a volume with a hard size.</summary>
public sealed class SizedVolumeCrashTests(SizedVolumeCrashTests.ToolCluster cluster) : IClassFixture<SizedVolumeCrashTests.ToolCluster>
{
    public static TheoryData<string, string> Moments => new(
        from tool in ToolCluster.Tools from moment in new[] { ($"{tool}-before", "agent"), ($"{tool}-after", "both") } select moment);

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Kill_AtATool_KeepsTheDataAndComesToItsEnd(string moment, string who)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control"), "hard sizes need root and loop devices");
        var name = $"{moment.Replace('.', '-')}-{who}";
        await cluster.Gates.CloseAsync(moment);
        (await cluster.ApplyAsync(VolumeTests.Claim(name, "sized"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod(name, name, "echo precious > data/file; cat data/file", "n1"))).Succeeded();
        await KillAsync(moment, who, "mkfs.ext4", "mount");
        await cluster.LogAsync(name, "precious");
        var volume = await cluster.ReadAsync($"get pvc {name} -o jsonpath={{.spec.volumeName}}");
        (await cluster.KubectlAsync($"delete pod {name} --timeout=60s")).Succeeded();
        await UnmountedAsync(volume);

        // Nobody has it: it grows as a file, checked first.
        (await cluster.KubectlAsync(["patch", "pvc", name, "-p", """{"spec":{"resources":{"requests":{"storage":"48Mi"}}}}"""])).Succeeded();
        await KillAsync(moment, who, "e2fsck", "resize2fs");
        (await cluster.KubectlAsync($"wait pvc/{name} --for=jsonpath={{.status.capacity.storage}}=48Mi --timeout=60s")).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod(name, name, "cat data/file; head -c 32M /dev/zero > data/big && echo fits", "n1"))).Succeeded();
        await cluster.LogAsync(name, "precious\nfits");

        (await cluster.KubectlAsync($"delete pod/{name} pvc/{name} --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
        await UnmountedAsync(volume);
        Assert.Empty(Directory.GetDirectories(Path.Combine(cluster.DataFolder("n1"), "persistent")));
        Assert.DoesNotContain(volume, (await Command.RunAsync("losetup", ["--list", "--noheadings"])).Succeeded(), StringComparison.Ordinal);
    }

    private async Task KillAsync(string moment, string who, params string[] tools)
    {
        if (!tools.Contains(moment[..moment.LastIndexOf('-')]))
        {
            return;
        }
        var tool = await cluster.Gates.ReachedAsync(moment);
        if (who == "both")
        {
            cluster.Controller.Kill();
        }
        cluster.Agent("n1").Kill();
        cluster.Gates.Remove(moment);
        if (who == "both")
        {
            await cluster.StartControllerAsync();
        }
        await cluster.StartAgentAsync("n1");
        Assert.False(Gates.IsRunning(tool), "the tool outlived its agent and the next one's start");
    }

    private static Task<string> UnmountedAsync(string volume) =>
        Eventually.GetAsync(() => Task.FromResult(File.ReadAllText("/proc/self/mountinfo")), mounts => !mounts.Contains(volume, StringComparison.Ordinal), mounts => mounts);

    /// <summary>A cluster whose agent finds the tools of file systems behind gates.</summary>
    public sealed class ToolCluster : TestCluster
    {
        private readonly string _home = Directory.CreateTempSubdirectory("orchestrator-tools-").FullName;

        public static IReadOnlyList<string> Tools { get; } = ["mkfs.ext4", "mount", "e2fsck", "resize2fs"];

        internal Gates Gates => new(Path.Combine(_home, "gates"));

        protected override IReadOnlyList<string> Agents { get; } = ["n1"];

        // Tools of the machine are often beside the path of those who are not root.
        private static string MachinePath => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";

        protected override IReadOnlyList<string> Inside(string? node) => node is null ? [] : ["/usr/bin/env", $"PATH={_home}/tools:{MachinePath}"];

        public override async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(Path.Combine(_home, "gates"));
            Directory.CreateDirectory(Path.Combine(_home, "tools"));
            foreach (var tool in Tools)
            {
                await ExecutableFile.WriteAsync(Path.Combine(_home, "tools", tool), $$"""
                    #!/bin/sh
                    {{Gates.Function}}
                    gate "{{tool}}-before"
                    PATH="{{MachinePath}}" {{tool}} "$@"
                    code=$?
                    gate "{{tool}}-after"
                    exit $code
                    """);
            }
            await base.InitializeAsync();
            (await this.ApplyAsync(StorageSteps.SizedClass("sized"))).Succeeded();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Directory.Delete(_home, recursive: true);
        }
    }
}
