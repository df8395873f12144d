using Orchestrator.Agent.Pods.Lifecycle;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Docker;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("busybox", "docker.io", "busybox", "latest")]
    [InlineData("team/app:1.2", "docker.io", "team/app", "1.2")]
    [InlineData("localhost:5000/app", "localhost:5000", "localhost:5000/app", "latest")]
    [InlineData("registry.example.com/a/b/c:v1", "registry.example.com", "registry.example.com/a/b/c", "v1")]
    public void Parse_Name_HasItsParts(string image, string registry, string name, string tag)
    {
        var reference = ImageReference.Parse(image);
        Assert.Equal((registry, name, tag), (reference.Registry, reference.Name, reference.TagOrDigest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper/Case")]
    [InlineData("../escape")]
    [InlineData("a b")]
    [InlineData("name:tag:tag")]
    public void Parse_NoName_IsRefused(string image) => Assert.Throws<InvalidImageNameException>(() => ImageReference.Parse(image));

    [Fact]
    public void PullSecrets_DockerConfig_GivesCredentialsByRegistry()
    {
        var json = """
            { "auths": { "https://index.docker.io/v1/": { "username": "u", "password": "p" }, "localhost:5000": { "auth": "dTI6cDI6eA==" } } }
            """u8.ToArray();
        Assert.Equal([new("docker.io", "u", "p"), new("localhost:5000", "u2", "p2:x")], PullSecrets.Parse(json, "auths"));
    }
}
