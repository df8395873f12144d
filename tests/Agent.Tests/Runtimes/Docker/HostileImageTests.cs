using System.Formats.Tar;
using System.Security.Cryptography;
using Docker.DotNet.Models;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Testing;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>Images that lie: each pod says what is wrong with its image, and the node goes on.</summary>
public sealed class HostileImageTests(DockerEngine engine)
{
    [Theory]
    [InlineData("ENTRYPOINT [\"/no/such/program\"]", "StartError", "/no/such/program")]
    [InlineData("ENTRYPOINT [\"/tmp\"]", "StartError", "/tmp")]
    [InlineData("USER nobody-here", "StartError", "nobody-here")]
    [InlineData("USER 4294967296", "StartError", "range")]
    [InlineData("WORKDIR /etc/passwd", "StartError|CreateContainerError", "/etc/passwd")]
    [InlineData("", "CreateContainerError", "command")]
    public async Task Config_ThatCannotBeRun_IsTold(string change, string reasons, string part)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        var (container, name) = (Container("c"), await DeriveAsync(change));
        container.Image = name;
        if (change.StartsWith("WORKDIR", StringComparison.Ordinal) || change.StartsWith("USER", StringComparison.Ordinal))
        {
            container.Command = ["true"];
        }
        var pod = Pod("p", container);
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        var status = await node.SeesAsync("p", status => status.Phase == "Failed" || status.ContainerStatuses[0].State.Waiting?.Reason == "CreateContainerError");
        var (reason, message) = status.ContainerStatuses[0].State is { Terminated: { } ended } ? (ended.Reason, ended.Message) : (status.ContainerStatuses[0].State.Waiting.Reason, status.ContainerStatuses[0].State.Waiting.Message);
        Assert.Contains(reason, reasons.Split('|'));
        Assert.Contains(part, message, StringComparison.Ordinal);
        await WorksAsync(node);
    }

    [Fact]
    public async Task Layer_WithOtherContentThanItsDigest_IsErrImagePull()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine);
        await PublishAsync(registry, "lying/layer");
        registry.BreakLayer("lying/layer");
        await IsNotPulledAsync(node, $"{registry.Address}/lying/layer:v1");
        await WorksAsync(node);
    }

    [Theory]
    [InlineData("^.*$", "this is no manifest")]
    [InlineData("\"layers\": *\\[[^]]*\\]", "\"layers\": []")]
    public async Task Manifest_ThatIsForged_IsErrImagePull(string pattern, string replacement)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine);
        await PublishAsync(registry, "lying/manifest");
        registry.Forge("lying/manifest", manifest => System.Text.RegularExpressions.Regex.Replace(
            manifest, pattern, replacement, System.Text.RegularExpressions.RegexOptions.Singleline));
        await IsNotPulledAsync(node, $"{registry.Address}/lying/manifest:v1");
        await WorksAsync(node);
    }

    [Theory]
    [InlineData("4611686018427387904")]
    [InlineData("-1")]
    public async Task Size_ThatIsAbsurd_IsNotBelieved(string size)
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine);
        await PublishAsync(registry, "lying/size");
        registry.Forge("lying/size", manifest => System.Text.RegularExpressions.Regex.Replace(manifest, "\"size\": *[0-9]+", $"\"size\": {size}"));
        var container = Shell("c", "exec sleep 1000");
        container.Image = $"{registry.Address}/lying/size:v1";
        var pod = Pod("p", container);
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        // The engine counts what comes. There is no shell in it, so that its being there shows in this.
        var status = await node.SeesAsync("p", status => status.Phase == "Failed");
        Assert.Equal("StartError", status.ContainerStatuses[0].State.Terminated.Reason);
        var bytes = (await engine.Client.Images.InspectImageAsync(container.Image, ProcessHarness.Cancellation)).Size;
        Assert.InRange(bytes, 100_000, 200_000);
        await WorksAsync(node);
    }

    private static async Task IsNotPulledAsync(NodeHarness node, string image)
    {
        var container = Shell("c", "exec sleep 1000");
        container.Image = image;
        node.Table.Set(Pod("p", container));
        var status = await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason is "ErrImagePull" or "ImagePullBackOff");
        Assert.NotEmpty(status.ContainerStatuses[0].State.Waiting.Message);
        Assert.Contains("Failed", node.Api.Events);
    }

    private static async Task WorksAsync(NodeHarness node)
    {
        node.Table.Set(Pod("other", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("other", status => status.Phase == "Running");
    }

    // An image of its own, which the engine then has no more: a layer that it has is not asked for again.
    private async Task PublishAsync(LocalRegistry registry, string name)
    {
        var source = $"source-{Guid.NewGuid():N}";
        await ImportAsync(source);
        await registry.PublishAsync(engine, name, source: source);
        await engine.Client.Images.DeleteImageAsync(source, new(), ProcessHarness.Cancellation);
    }

    /// <summary>An image of one file, and no word of what to run.</summary>
    private async Task ImportAsync(string name)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            using var content = new MemoryStream(RandomNumberGenerator.GetBytes(100_000));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = content }, ProcessHarness.Cancellation);
        }
        archive.Position = 0;
        await engine.Client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = name, Tag = "latest" }, archive, new AuthConfig(), new Progress<JSONMessage>(), ProcessHarness.Cancellation);
    }

    private async Task<string> DeriveAsync(string change)
    {
        var name = $"lying-{Guid.NewGuid():N}";
        if (change.Length == 0)
        {
            await ImportAsync(name);
            return name;
        }
        var made = await engine.Client.Containers.CreateContainerAsync(new() { Image = "host", Cmd = ["true"] }, ProcessHarness.Cancellation);
        await engine.Client.Images.CommitContainerChangesAsync(new() { ContainerID = made.ID, RepositoryName = name, Tag = "latest", Changes = [change], Config = new() }, ProcessHarness.Cancellation);
        await engine.Client.Containers.RemoveContainerAsync(made.ID, new(), ProcessHarness.Cancellation);
        return name;
    }
}
