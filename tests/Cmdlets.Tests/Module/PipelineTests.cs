using System.Management.Automation;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Module;

/// <summary>Cmdlets in a pipeline, where no cluster is needed.</summary>
public sealed class PipelineTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    [Theory]
    [InlineData("app=web", "a,b")]
    [InlineData("app=web,tier in (front,edge)", "a")]
    [InlineData("!tier", "c")]
    public void SelectByLabel_FiltersAnythingWithLabels(string selector, string expected)
    {
        var (output, errors) = module.Run(
            """
            param($selector)
            [pscustomobject]@{ Name = 'a'; Labels = @{ app = 'web'; tier = 'front' } },
            [pscustomobject]@{ Name = 'b'; metadata = [pscustomobject]@{ labels = [pscustomobject]@{ app = 'web'; tier = 'back' } } },
            [pscustomobject]@{ Name = 'c' } | Select-ByLabel $selector
            """,
            selector);

        Assert.Empty(errors);
        Assert.Equal(expected, string.Join(',', output.Select(item => item.Properties["Name"].Value)));
    }

    [Fact]
    public void AnyCmdlet_UnreachableCluster_IsOneErrorThatSaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config", Config("https://127.0.0.1:1"));

        var (output, errors) = module.Run("param($path) Connect-Cluster $path", path);

        Assert.Empty(output);
        var error = Assert.Single(errors);
        Assert.StartsWith("Unreachable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ConnectionError, error.CategoryInfo.Category);
    }

    [Fact]
    public void GetClusterContext_Unknown_IsANonTerminatingError()
    {
        var (output, errors) = module.Run("Get-ClusterContext nonesuch; 'still here'");

        Assert.Equal("still here", output[^1].ToString());
        Assert.StartsWith("NotFound,Context", Assert.Single(errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectCluster_NotAKubeConfig_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config", "- just\n- a list\n");

        Assert.Contains(path, Assert.Single(module.Run("param($path) Connect-Cluster $path", path).Errors).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetLocalCluster_ByPath_TellsOneThatDoesNotRun()
    {
        using var folder = new TemporaryFolder();
        folder.Write("cluster.json", """{"Name":"x","Port":1234,"PodRange":"127.64.0.0/16","ImageRoot":"/i","NodeCount":2,"Processes":{"controller":{"Id":1,"Start":1}}}""");

        var (output, errors) = module.Run("param($path) Get-LocalCluster -Path $path", folder.Path);

        Assert.Empty(errors);
        var cluster = Assert.IsType<LocalCluster>(Assert.Single(output).BaseObject);
        Assert.Equal(("x", "Stopped", 2), (cluster.Name, cluster.Status, cluster.Nodes));
    }

    private static string Config(string server) => $$"""
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{ name: c, context: { cluster: c, user: c } }]
        clusters: [{ name: c, cluster: { server: "{{server}}" } }]
        users: [{ name: c, user: { token: x } }]
        """;
}
