using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>Resolve-ClusterName and Test-ClusterConnection where pods are containers on several hosts: what they say when something is broken.</summary>
[Collection(HostCollection.Name)]
public sealed class HostConnectionTests(HostCluster cluster) : HostTestBase(cluster)
{
    [Fact]
    public async Task Connection_FromAPod_IsTestedHopByHop_AndTheHopThatFailsIsNamed()
    {
        await StartWebAsync("hops", 3);
        (await Cluster.KubectlAsync("expose deployment hops --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("hops");
        var (from, far) = (pods.Single(pod => pod.Host == "h1"), pods.Single(pod => pod.Host == "h3"));
        await SeesAllAsync(pods, () => WgetAsync(from, "http://hops/cgi-bin/who"), "before");
        var address = (await Cluster.KubectlAsync("get svc hops -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();

        Assert.Equal($"{address} hops.default.svc.cluster.local\n", await PowerShellAsync($"Resolve-ClusterName hops -FromPod {from.Name} | ForEach-Object {{ \"$($_.Address) $($_.RecordName)\" }}"));
        Assert.Equal($"{address}\n", await PowerShellAsync("Resolve-ClusterName hops -FromNode h2 | ForEach-Object Data"));
        Assert.Equal("True\n", await PowerShellAsync($"Test-ClusterConnection hops -FromPod {from.Name} -Quiet"));
        Assert.Equal("node/h1 node/h2 node/h3\n", await PowerShellAsync("\"$(Test-ClusterConnection hops | Where-Object { $_.Hop -eq 'Connection' -and $_.Result -eq 'Passed' } | ForEach-Object Source)\""));
        Assert.Equal("Pod Route Connection\n", await PowerShellAsync($"\"$(Test-ClusterConnection -ToPod {far.Name} -FromPod {from.Name} | Where-Object Result -eq Passed | ForEach-Object Hop)\""));

        // The port of the pods is another one: each endpoint refuses, and so does the service.
        (await Cluster.KubectlAsync(["patch", "svc", "hops", "-p", """{"spec":{"ports":[{"port":80,"targetPort":8099}]}}"""])).Succeeded();
        await FailsAsync(from, "Endpoint", "refused");
        (await Cluster.KubectlAsync(["patch", "svc", "hops", "-p", """{"spec":{"ports":[{"port":80,"targetPort":8080}]}}"""])).Succeeded();
        (await Cluster.KubectlAsync(["patch", "svc", "hops", "-p", """{"spec":{"selector":{"app":"nobody"}}}"""])).Succeeded();
        await FailsAsync(from, "Endpoints", "no pod has the labels app=nobody");
        (await Cluster.KubectlAsync(["patch", "svc", "hops", "-p", """{"spec":{"selector":{"app":"hops"}}}"""])).Succeeded();
        await Eventually.GetAsync(() => PowerShellAsync($"Test-ClusterConnection hops -FromPod {from.Name} -Quiet"), answer => answer == "True\n", answer => answer);

        // A host is cut off: its pod is the one that is not reached, until the cluster takes it out, which is soon: the shell is ready before.
        var folder = Directory.CreateTempSubdirectory("orchestrator-hops-").FullName;
        try
        {
            var (ready, cut) = (Path.Combine(folder, "ready"), Path.Combine(folder, "cut"));
            var failed = PowerShellAsync($$"""
                $whole = Test-ClusterConnection hops -FromPod {{from.Name}} -Quiet
                [IO.File]::WriteAllText('{{ready}}', "$whole")
                while (-not [IO.File]::Exists('{{cut}}')) { [Threading.Thread]::Sleep(20) }
                Test-ClusterConnection hops -FromPod {{from.Name}} | Where-Object { $_.Hop -eq 'Endpoint' -and $_.Result -eq 'Failed' } | ForEach-Object Subject
                """);
            await Eventually.GetAsync(() => Task.FromResult(File.Exists(ready) || failed.IsCompleted), known => known, _ => "the shell does not get ready");
            await Cluster.Segment.CutAsync("h3");
            await File.WriteAllTextAsync(cut, "", TestContext.Current.CancellationToken);
            Assert.Equal($"{far.Address}:8080/TCP\n", await failed);
        }
        finally
        {
            await Cluster.Segment.HealAsync("h3");
            Directory.Delete(folder, recursive: true);
        }
        (await Cluster.KubectlAsync("wait node/h3 --for=condition=Ready --timeout=30s")).Succeeded();
        (await Cluster.KubectlAsync("delete svc hops")).Succeeded();
        await RemoveAsync("hops");
    }

    private Task<string> FailsAsync(Place from, string hop, string detail) => Eventually.GetAsync(
        () => PowerShellAsync($"Test-ClusterConnection hops -FromPod {from.Name} | Where-Object Result -eq Failed | Select-Object -First 1 | ForEach-Object {{ \"$($_.Hop): $($_.Detail)\" }}"),
        said => said.StartsWith($"{hop}: ", StringComparison.Ordinal) && said.Contains(detail, StringComparison.OrdinalIgnoreCase), said => said, seconds: 30);

    private async Task<string> PowerShellAsync(string script)
    {
        var result = await Cluster.PowerShellAsync(script);
        Assert.True(result.ExitCode == 0, $"{script}: {result.Error}{result.Output}");
        return result.Output.ReplaceLineEndings("\n");
    }
}
