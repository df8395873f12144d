using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>
/// Controller and agent killed while a provisioner's program is in the middle of an operation, before and after what it does: no data lost, no mount
/// leaked, no claim stuck, and no program left running.
/// </summary>
public sealed class ProvisionerCrashTests(ProvisionerCrashTests.GateCluster cluster) : IClassFixture<ProvisionerCrashTests.GateCluster>
{
    private static readonly string[] s_operations = ["provision", "attach", "mount", "expand", "unmount", "detach", "delete"];

    /// <summary>An agent's death is another one before and after; for a controller all is the same as long as the program runs.</summary>
    public static TheoryData<string, string> Moments => new(s_operations.SelectMany(operation => new[]
    {
        ($"{operation}-before", "agent"), ($"{operation}-after", "agent"), ($"{operation}-before", "controller"), ($"{operation}-after", "both"),
    }));

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Kill_InAnOperation_EverythingComesToItsEnd(string moment, string who)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        var name = $"{moment}-{who}";
        await cluster.Gates.CloseAsync(moment);
        (await cluster.ApplyAsync(VolumeTests.Claim(name, "gated"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod(name, name, "[ -f data/file ] || echo precious > data/file; cat data/file", "n1"))).Succeeded();
        await KillAsync(moment, who, "provision", "attach", "mount");
        await cluster.LogAsync(name, "precious");
        var volume = await cluster.ReadAsync($"get pvc {name} -o jsonpath={{.spec.volumeName}}");

        (await cluster.KubectlAsync(["patch", "pvc", name, "-p", """{"spec":{"resources":{"requests":{"storage":"32Mi"}}}}"""])).Succeeded();
        await KillAsync(moment, who, "expand");
        (await cluster.KubectlAsync($"wait pvc/{name} --for=jsonpath={{.status.capacity.storage}}=32Mi --timeout=60s")).Succeeded();
        Assert.Equal("33554432", await ReadAsync(volume + ".size"));
        Assert.Equal("Running", await cluster.ReadAsync($"get pod {name} -o jsonpath={{.status.phase}}"));

        (await cluster.KubectlAsync($"delete pod {name} --wait=false")).Succeeded();
        await KillAsync(moment, who, "unmount", "detach");
        (await cluster.KubectlAsync($"wait pod/{name} --for=delete --timeout=60s")).Succeeded();
        await Eventually.GetAsync(() => Task.FromResult(Left(volume)), left => left is "", left => left);
        Assert.Equal("precious\n", await ReadAsync(Path.Combine(volume, "file")));

        (await cluster.KubectlAsync($"delete pvc {name} --wait=false")).Succeeded();
        await KillAsync(moment, who, "delete");
        (await cluster.KubectlAsync($"wait pvc/{name} --for=delete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
        Assert.Empty(Directory.GetFileSystemEntries(cluster.Share));
        Assert.Empty(Directory.GetDirectories(Path.Combine(cluster.DataFolder("n1"), "persistent")));
        await Eventually.GetAsync(() => Task.FromResult(Directory.GetFiles(Path.Combine(cluster.DataFolder("n1"), "volume-programs"))), notes => notes is [], notes => string.Join(' ', notes));
    }

    [Fact]
    public async Task Stop_OfTheAgent_EndsTheProgramThatItWaitsFor()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        await cluster.Gates.CloseAsync("provision-after");
        (await cluster.ApplyAsync(VolumeTests.Claim("stopped", "gated"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("stopped", "stopped", "echo ready", "n1"))).Succeeded();
        var program = await cluster.Gates.ReachedAsync("provision-after");
        Assert.True(Gates.IsRunning(program));
        await cluster.Agent("n1").StopAsync();
        Assert.False(Gates.IsRunning(program), "the program outlived its agent");
        cluster.Gates.Remove("provision-after");
        await cluster.StartAgentAsync("n1");
        await cluster.LogAsync("stopped", "ready");
        (await cluster.KubectlAsync("delete pod/stopped pvc/stopped --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Growth_OfAClaimInUse_IsPendingUntilItsNodeHasDoneIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        await cluster.Gates.CloseAsync("expand-after");
        (await cluster.ApplyAsync(VolumeTests.Claim("grows", "gated"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("grows", "grows", "echo ready", "n1"))).Succeeded();
        await cluster.LogAsync("grows", "ready");
        (await cluster.KubectlAsync(["patch", "pvc", "grows", "-p", """{"spec":{"resources":{"requests":{"storage":"32Mi"}}}}"""])).Succeeded();
        await cluster.Gates.ReachedAsync("expand-after");
        Assert.Equal("16Mi/FileSystemResizePending=True", await cluster.ReadAsync("get pvc grows -o jsonpath={.status.capacity.storage}/{.status.conditions[*].type}={.status.conditions[*].status}"));
        await cluster.Gates.OpenAsync("expand-after");
        (await cluster.KubectlAsync("wait pvc/grows --for=jsonpath={.status.capacity.storage}=32Mi --timeout=60s")).Succeeded();
        Assert.Empty(await cluster.ReadAsync("get pvc grows -o jsonpath={.status.conditions}"));
        (await cluster.KubectlAsync("delete pod/grows pvc/grows --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    private async Task KillAsync(string moment, string who, params string[] operations)
    {
        if (!operations.Contains(moment.Split('-')[0]))
        {
            return;
        }
        var program = await cluster.Gates.ReachedAsync(moment);
        if (who != "agent")
        {
            cluster.Controller.Kill();
        }
        if (who != "controller")
        {
            cluster.Agent("n1").Kill();
        }
        if (who == "controller")
        {
            await cluster.Gates.OpenAsync(moment);
        }
        cluster.Gates.Remove(moment);
        if (who != "agent")
        {
            await cluster.StartControllerAsync();
        }
        if (who != "controller")
        {
            await cluster.StartAgentAsync("n1");
            Assert.False(Gates.IsRunning(program), "the program outlived its agent and the next one's start");
        }
    }

    /// <summary>What is mounted and attached of a volume.</summary>
    private string Left(string volume) => (File.ReadAllText("/proc/self/mountinfo").Contains(volume, StringComparison.Ordinal) ? "mounted " : "")
        + (File.Exists(Path.Combine(cluster.Share, volume + ".attached")) ? "attached" : "");

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(cluster.Share, file), TestContext.Current.CancellationToken);

    /// <summary>A cluster with a class of a program that binds folders, and stops at gates.</summary>
    public sealed class GateCluster : TestCluster
    {
        private readonly string _home = Directory.CreateTempSubdirectory("orchestrator-gates-").FullName;

        internal Gates Gates => new(Path.Combine(_home, "gates"));

        public string Share => Path.Combine(_home, "share");

        protected override IReadOnlyList<string> AgentArguments => ["--runtime", "process", "--provisioner-root", Path.Combine(_home, "programs")];

        protected override IReadOnlyList<string> Agents { get; } = ["n1"];

        public override async ValueTask InitializeAsync()
        {
            foreach (var folder in new[] { "gates", "share", "programs" })
            {
                Directory.CreateDirectory(Path.Combine(_home, folder));
            }
            await ExecutableFile.WriteAsync(Path.Combine(_home, "programs", "bind.sh"), $$"""
                #!/bin/sh
                {{Gates.Function}}
                request=$(cat)
                text() { printf %s "$request" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
                operation=$(text operation) target=$(text target) place="{{Share}}/$(text handle)"
                gate "$operation-before"
                case "$operation" in
                  provision) mkdir -p -m 777 "$place" ;;
                  attach) touch "$place.attached" ;;
                  mount) mountpoint -q "$target" || mount --bind "$place" "$target" ;;
                  expand) text sizeBytes > "$place.size" ;;
                  unmount) ! mountpoint -q "$target" || umount "$target" ;;
                  detach) rm -f "$place.attached" ;;
                  delete) rm -rf "$place" "$place.size" ;;
                esac || exit 1
                gate "$operation-after"
                """);
            await base.InitializeAsync();
            (await this.ApplyAsync("""
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: gated}
                provisioner: exec.orchestrator.dev
                parameters: {program: bind.sh}
                volumeBindingMode: WaitForFirstConsumer
                allowVolumeExpansion: true
                """)).Succeeded();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Directory.Delete(_home, recursive: true);
        }
    }
}
