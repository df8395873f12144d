using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>A node whose disk a pod fills through a claim without a hard size: it is a condition and an event, and what was written before is there afterwards.</summary>
public sealed class FullNodeTests(FullNodeTests.SmallCluster cluster) : IClassFixture<FullNodeTests.SmallCluster>
{
    [Fact]
    public async Task Disk_FilledThroughAClaim_IsTold_OutlivesTheAgent_AndIsOverWhenThereIsRoom()
    {
        Assert.SkipUnless(cluster.IsSmall, "needs the right to mount a small file system (root on Linux)");
        try
        {
            await FillAsync();
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{e.Message}\n{cluster.Agent("n1").Log}", e);
        }
    }

    private async Task FillAsync()
    {
        (await cluster.ApplyAsync(VolumeTests.Claim("data", size: "1Mi"))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("filler", "data", "echo precious > data/file; head -c 200M /dev/zero > data/big || echo full"))).Succeeded();
        (await cluster.KubectlAsync("wait node/n1 --for=condition=DiskPressure=True --timeout=60s")).Succeeded();
        await cluster.EventAsync("node n1", "NodeHasDiskPressure");
        (await cluster.KubectlAsync("wait pod/filler --for=jsonpath={.status.reason}=Evicted --timeout=60s")).Succeeded();
        var volume = await cluster.ReadAsync("get pvc data -o jsonpath={.spec.volumeName}");

        // On the full disk a new agent finds what there is.
        cluster.Agent("n1").Kill();
        await cluster.StartAgentAsync("n1");
        var folder = Path.Combine(cluster.DataFolder("n1"), "persistent", volume, "data");
        Assert.Equal("precious\n", await File.ReadAllTextAsync(Path.Combine(folder, "file"), TestContext.Current.CancellationToken));
        // A volume that has all its blocks at once is not begun where they are not.
        (await cluster.ApplyAsync(StorageSteps.SizedClass("sized", waits: false, grows: false))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("no-room", "sized", size: "32Mi"))).Succeeded();
        await cluster.EventAsync("pvc no-room", "ResourceExhausted");
        (await cluster.KubectlAsync("delete pvc/no-room --timeout=60s")).Succeeded();

        File.Delete(Path.Combine(folder, "big"));
        (await cluster.KubectlAsync("wait node/n1 --for=condition=DiskPressure=False --timeout=60s")).Succeeded();
        await cluster.EventAsync("node n1", "NodeHasNoDiskPressure");
        (await cluster.KubectlAsync("delete pod/filler --timeout=60s")).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("reader", "data", "cat data/file"))).Succeeded();
        await cluster.LogAsync("reader", "precious");
        (await cluster.KubectlAsync("delete pod/reader pvc/data --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    /// <summary>A cluster whose node has a disk of 64 MB.</summary>
    public sealed class SmallCluster : TestCluster
    {
        internal bool IsSmall { get; private set; }

        protected override IReadOnlyList<string> Agents { get; } = ["n1"];

        protected override IReadOnlyList<string> AgentArguments =>
            ["--runtime", "process", "--eviction-hard", "nodefs.available<16Mi", "--eviction-pressure-transition-period", "00:00:01"];

        public override async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(DataFolder("n1"));
            IsSmall = OperatingSystem.IsLinux() && (await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", DataFolder("n1")])).ExitCode == 0;
            await base.InitializeAsync();
        }

        protected override async Task CleanAsync()
        {
            if (IsSmall)
            {
                (await Command.RunAsync("umount", [DataFolder("n1")])).Succeeded();
            }
        }
    }
}
