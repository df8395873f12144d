using Xunit;

namespace Orchestrator.Cmdlets.Tests.Pods;

public sealed class PodPathTests
{
    [Theory]
    [InlineData("web-0:/tmp/a", null, "web-0", "/tmp/a")]
    [InlineData("shop/web-0:a:b", "shop", "web-0", "a:b")]
    [InlineData("w.x:", null, "w.x", "")]
    public void Parse_PodPath(string text, string? @namespace, string pod, string path) => Assert.Equal(new PodPath(@namespace, pod, path), PodPath.Parse(text));

    [Theory]
    [InlineData("./a:b")]
    [InlineData("/a/b:c")]
    [InlineData("a")]
    [InlineData("UPPER:/tmp")]
    [InlineData("a/b/c:d")]
    [InlineData(@"C:\temp")]
    public void Parse_PathOfThisMachine(string text) => Assert.Null(PodPath.Parse(text));

    [Theory]
    [InlineData("/var/log/app.log", "/var/log", "app.log")]
    [InlineData("/etc/", "/", "etc")]
    [InlineData("a", ".", "a")]
    public void Split_FolderAndName(string path, string folder, string name) => Assert.Equal((folder, name), PodPath.Split(path));

    [Theory]
    [InlineData("/")]
    [InlineData("a/..")]
    [InlineData("")]
    public void Split_NoName_IsRefused(string path) => Assert.Equal("InvalidPath", Assert.Throws<ClusterException>(() => PodPath.Split(path)).ErrorId);
}
