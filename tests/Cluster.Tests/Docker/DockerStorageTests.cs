using Orchestrator.Cluster.Tests.Storage;
using Xunit;

namespace Orchestrator.Cluster.Tests.Docker;

/// <summary>Claims whose volumes are the engine's own, and what a claim of another namespace is to a pod.</summary>
public sealed class DockerStorageTests(DockerCluster cluster) : IClassFixture<DockerCluster>
{
    [Fact]
    public async Task EngineVolume_OutlivesItsPod_TheAgent_AndIsRemovedWithItsClaim()
    {
        await cluster.Engine.EnsureAsync();
        (await cluster.ApplyAsync("""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: engine}
            provisioner: local.orchestrator.dev
            parameters: {dockerVolume: "true"}
            volumeBindingMode: WaitForFirstConsumer
            allowVolumeExpansion: true
            """)).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Claim("data", "engine"))).Succeeded();
        (await cluster.ApplyAsync(Pod("writer", "echo precious > /data/file; echo done"))).Succeeded();
        await cluster.LogAsync("writer", "done");
        var volume = await cluster.ReadAsync("get pvc data -o jsonpath={.spec.volumeName}");
        Assert.Contains((await cluster.Engine.Client.Volumes.ListAsync(TestContext.Current.CancellationToken)).Volumes, one => one.Name == $"orchestrator-{volume}");
        (await cluster.KubectlAsync("get --raw /apis/metrics.k8s.io/v1beta1/namespaces/default/volumes/data")).Succeeded();

        cluster.Agent(DockerCluster.Node).Kill();
        await cluster.StartAgentAsync(DockerCluster.Node);
        (await cluster.KubectlAsync("delete pod writer --timeout=60s")).Succeeded();
        (await cluster.ApplyAsync(Pod("reader", "cat /data/file"))).Succeeded();
        await cluster.LogAsync("reader", "precious");
        (await cluster.KubectlAsync("delete pod/reader pvc/data --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
        Assert.DoesNotContain((await cluster.Engine.Client.Volumes.ListAsync(TestContext.Current.CancellationToken)).Volumes ?? [], one => one.Name == $"orchestrator-{volume}");
    }

    [Fact]
    public async Task Claim_OfAnotherNamespace_IsNotFound_AndItsVolumeIsNotHadByName()
    {
        await cluster.Engine.EnsureAsync();
        (await cluster.KubectlAsync("create namespace theirs")).Succeeded();
        (await cluster.KubectlAsync("apply -n theirs -f -", VolumeTests.Claim("secrets"))).Succeeded();
        (await cluster.KubectlAsync("apply -n theirs -f -", Pod("owner", "echo private > /data/file; echo done", "secrets"))).Succeeded();
        (await cluster.KubectlAsync("wait -n theirs pvc/secrets --for=jsonpath={.status.phase}=Bound --timeout=60s")).Succeeded();
        var volume = await cluster.ReadAsync("get -n theirs pvc secrets -o jsonpath={.spec.volumeName}");
        (await cluster.ApplyAsync(Pod("thief", "cat /data/file", "secrets"))).Succeeded();
        await cluster.EventAsync("pod thief", "persistentvolumeclaim \"secrets\" not found");
        // A claim that names their volume is not its claim.
        (await cluster.ApplyAsync(VolumeTests.Claim("stolen", "local", volume))).Succeeded();
        (await cluster.ApplyAsync(Pod("second-thief", "cat /data/file", "stolen"))).Succeeded();
        await cluster.EventAsync("pvc stolen", "already bound to a different claim");
        Assert.Equal("Pending", await cluster.ReadAsync("get pod second-thief -o jsonpath={.status.phase}"));
        (await cluster.KubectlAsync("delete pod/thief pod/second-thief pvc/stolen --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete namespace theirs --timeout=90s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
    }

    private static string Pod(string name, string command, string claim = "data") => VolumeTests.Pod(name, claim, command)
        .Replace("mountPath: data", "mountPath: /data", StringComparison.Ordinal).Replace("image: host", "imagePullPolicy: Never\n    image: host", StringComparison.Ordinal);
}
