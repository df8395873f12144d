using System.Text;
using Orchestrator.Testing;
using k8s.Models;
using Orchestrator.Agent.Tests.Pods;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class ImagePullTests(DockerEngine engine)
{
    [Fact]
    public async Task Pull_FromARegistry_RunsTheImage()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine);
        await registry.PublishAsync(engine, "team/app");
        node.Table.Set(PodOf($"{registry.Address}/team/app:v1"));
        var status = await node.SeesAsync("p", status => status.Phase == "Running");
        Assert.StartsWith($"{registry.Address}/team/app@sha256:", status.ContainerStatuses[0].ImageID, StringComparison.Ordinal);
        Assert.Contains("Pulling", node.Api.Events);
    }

    [Fact]
    public async Task Pull_NoSuchImage_IsErrImagePullThenBackOff()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine);
        node.Table.Set(PodOf($"{registry.Address}/none:v1"));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "ErrImagePull");
        await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "ImagePullBackOff");
    }

    [Fact]
    public async Task Pull_WithSecret_IsLetIn_WithoutIsNot()
    {
        await using var node = await DockerNode.CreateAsync(engine);
        using var registry = await LocalRegistry.StartAsync(engine, password: true);
        await registry.PublishAsync(engine, "private", new() { Username = "user", Password = "secret", ServerAddress = registry.Address });
        var pod = PodOf($"{registry.Address}/private:v1");
        node.Table.Set(pod);
        await node.SeesAsync("p", status => status.ContainerStatuses[0].State.Waiting?.Reason == "ErrImagePull");

        var auth = Convert.ToBase64String(Encoding.ASCII.GetBytes("user:secret"));
        node.Api.Config[new("secret", "pull")] = new Dictionary<string, string>
        {
            [".dockerconfigjson"] = $$"""{ "auths": { "{{registry.Address}}": { "auth": "{{auth}}" } } }""",
        };
        var allowed = PodOf($"{registry.Address}/private:v1", "allowed");
        allowed.Spec.ImagePullSecrets = [new() { Name = "pull" }];
        node.Table.Set(allowed);
        await node.SeesAsync("allowed", status => status.Phase == "Running");
    }

    private static V1Pod PodOf(string image, string name = "p")
    {
        var container = Shell("c", "exec sleep 1000");
        container.Image = image;
        return Pod(name, container);
    }
}
