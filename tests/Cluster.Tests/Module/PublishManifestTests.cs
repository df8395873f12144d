using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

[Collection(ModuleClusterCollection.Name)]
public sealed class PublishManifestTests(ModuleCluster cluster)
{
    [Fact]
    public void Publish_Again_ChangesOnlyWhatDiffers_AndTakesAwayWhatIsNoLongerSaid()
    {
        cluster.Run("New-Namespace publish").Succeeded();

        Assert.Equal("created", Publish("data: {a: '1', b: '2'}"));
        Assert.Equal("unchanged", Publish("data: {b: '2', a: '1'}"));
        cluster.Run("Get-ConfigMap cm -Namespace publish | Add-Label @{ others = 'stay' }").Succeeded();
        Assert.Equal("configured", Publish("data: {a: '1'}"));
        Assert.Equal(["a stay"], Texts("Get-ConfigMap cm -Namespace publish | ForEach-Object { \"$($_.Data.Keys) $($_.Labels['others'])\" }"));
    }

    [Fact]
    public async Task Publish_AndKubectlApply_SeeNoChangeInEachOthersWork()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/kubectl"), "kubectl is not installed");
        cluster.Run("New-Namespace both").Succeeded();
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "cm.yaml");
        await File.WriteAllTextAsync(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm, namespace: both}\ndata: {a: \"<1> & 'äöü'\"}\n", TestContext.Current.CancellationToken);

        Assert.Equal(["created"], cluster.Run("param($file) Publish-Manifest $file | ForEach-Object Action", file).Succeeded().Select(item => item.ToString()));
        Assert.Contains("unchanged", await ApplyAsync(file), StringComparison.Ordinal);
        Assert.Equal(["unchanged"], cluster.Run("param($file) Publish-Manifest $file | ForEach-Object Action", file).Succeeded().Select(item => item.ToString()));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Publish_ABadDocument_IsNamed_AndTheOthersArePublished()
    {
        var outcome = cluster.Run(
            """
            @'
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: bad, namespace: default}
            datta: {a: b}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: good, namespace: default}
            ---
            apiVersion: example.com/v1
            kind: Nonesuch
            metadata: {name: x}
            '@ | Publish-Manifest
            """);

        Assert.Equal(["ConfigMap good created"], outcome.Output.Select(item => item.ToString()));
        Assert.Equal(2, outcome.Errors.Count);
        Assert.Contains("document 1", outcome.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("datta", outcome.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Nonesuch", outcome.Errors[1].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_ObjectsOfThePipeline_Work() =>
        Assert.Equal(
            ["ConfigMap from-object created", "ConfigMap copy created"],
            Texts(
                """
                @{ apiVersion = 'v1'; kind = 'ConfigMap'; metadata = @{ name = 'from-object'; namespace = 'default' }; data = @{ a = 'b' } } | Publish-Manifest
                $copy = Get-ConfigMap from-object -Namespace default | ForEach-Object { $_.ToJson().Replace('"name": "from-object"', '"name": "copy"') }
                $copy | Publish-Manifest
                """));

    private string Publish(string data) =>
        Assert.Single(Texts($"\"apiVersion: v1`nkind: ConfigMap`nmetadata: {{name: cm}}`n{data}`n\" | Publish-Manifest -Namespace publish | ForEach-Object Action"));

    private IEnumerable<string> Texts(string script) => cluster.Run(script).Succeeded().Select(item => item.ToString());

    private async Task<string> ApplyAsync(string file) =>
        (await Command.RunAsync("kubectl", ["--kubeconfig", cluster.KubeConfig, "apply", "-f", file])).Succeeded();
}
