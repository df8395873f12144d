using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>The provisioner that ships as an example, and one that fails: programs that make volumes, as a contract has it.</summary>
public sealed class ExecVolumeTests(ExecVolumeTests.ProvisionerCluster cluster) : IClassFixture<ExecVolumeTests.ProvisionerCluster>
{
    [Fact]
    public async Task Program_MakesMountsAndDeletesAVolumeThatEveryNodeReaches()
    {
        (await cluster.ApplyAsync($$"""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: share}
            provisioner: exec.orchestrator.dev
            parameters: {program: folder.ps1, scope: cluster, root: "{{cluster.Share}}"}
            volumeBindingMode: Immediate
            """)).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("shared", "share", modes: "ReadWriteMany"))).Succeeded();
        (await cluster.KubectlAsync("wait pvc/shared --for=jsonpath={.status.phase}=Bound --timeout=90s")).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod("one", "shared", "echo from n1 > data/file; echo done", "n1"))).Succeeded();
        await cluster.LogAsync("one", "done");
        (await cluster.ApplyAsync(VolumeTests.Pod("two", "shared", "cat data/file", "n2"))).Succeeded();
        await cluster.LogAsync("two", "from n1");
        var folder = Assert.Single(Directory.GetDirectories(cluster.Share));
        Assert.Equal("from n1\n", await File.ReadAllTextAsync(Path.Combine(folder, "file"), TestContext.Current.CancellationToken));
        (await cluster.KubectlAsync("delete pod one two --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pvc shared --timeout=60s")).Succeeded();
        await Eventually.GetAsync(() => Task.FromResult(Directory.Exists(folder)), there => !there, _ => folder);
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Program_ThatFails_SaysWhyInTheClaimsEvents()
    {
        (await cluster.ApplyAsync("""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: broken}
            provisioner: exec.orchestrator.dev
            parameters: {program: broken.sh}
            volumeBindingMode: Immediate
            """)).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("hopeless", "broken"))).Succeeded();
        await cluster.EventAsync("pvc hopeless", "broken.sh: provision: the array is on fire");
        (await cluster.KubectlAsync("delete pvc hopeless --timeout=60s")).Succeeded();
        // Nothing was made: nothing holds its volume up but the program, which is asked once more and mended meanwhile.
        await File.WriteAllTextAsync(Path.Combine(cluster.Programs, "broken.sh"), "#!/bin/sh\ncat > /dev/null\n", TestContext.Current.CancellationToken);
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    /// <summary>A cluster whose agents have provisioners.</summary>
    public sealed class ProvisionerCluster : TestCluster
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-provisioners-").FullName;

        public string Share => Path.Combine(_folder, "share");

        internal string Programs => Path.Combine(_folder, "programs");

        protected override IReadOnlyList<string> AgentArguments =>
            ["--runtime", "process", "--provisioner-root", Programs, "--powershell", Path.Combine(_folder, "shell")];

        public override async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(Share);
            Directory.CreateDirectory(Programs);
            File.Copy(Path.Combine(Checkout.Root, "examples", "storage", "folder.ps1"), Path.Combine(Programs, "folder.ps1"));
            // The shell of the checkout takes a script as pwsh does.
            await ExecutableFile.WriteAsync(Path.Combine(_folder, "shell"), $"#!/bin/sh\nexec \"{Path.Combine(Checkout.Root, "orch")}\" \"$@\"");
            await ExecutableFile.WriteAsync(Path.Combine(Programs, "broken.sh"), "#!/bin/sh\ncat > /dev/null\necho '{\"error\":{\"reason\":\"OnFire\",\"message\":\"the array is on fire\"}}'\nexit 1");
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
