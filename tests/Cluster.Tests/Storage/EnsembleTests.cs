using Orchestrator.Cluster.Tests.Hosts;
using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>The runbook of three PostgreSQL servers, on three hosts with an engine each.</summary>
public sealed class EnsembleTests(HostCluster cluster) : IClassFixture<HostCluster>
{
    private static readonly string s_folder = Path.Combine(Checkout.Root, "examples", "storage");

    [Fact]
    public async Task Ensemble_KeepsDataAndNames_ThroughUpdateDeletionLossAndReturn()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker") && File.Exists("/usr/bin/apt-get"), "the image needs docker's client and Debian's packages");
        foreach (var host in HostCluster.Hosts)
        {
            (await RunAsync("make-postgres-image.sh", host)).Succeeded();
        }
        try
        {
            await StepAsync("up");
            await StepAsync("write", "first");
            await StepAsync("check");
            var volumes = await VolumesAsync();
            var lost = await cluster.ReadAsync("get pod pg-2 -o jsonpath={.spec.nodeName}");

            await StepAsync("roll");
            await StepAsync("write", "rolled");
            await StepAsync("lose", "pg-3");
            await StepAsync("lose", "pg-1");
            await StepAsync("write", "lost");
            Assert.Contains("pg-3 has 3 first,rolled,lost", await StepAsync("check"), StringComparison.Ordinal);

            // A node loses its power, the others go on, and it comes back.
            await cluster.KillAsync(lost);
            (await cluster.KubectlAsync($"wait node/{lost} --for=condition=Ready=Unknown --timeout=30s")).Succeeded();
            if (await cluster.ReadAsync("get pod pg-1 -o jsonpath={.spec.nodeName}") != lost)
            {
                await StepAsync("write", "alone");
            }
            await cluster.RebootAsync(lost);
            (await cluster.KubectlAsync($"wait node/{lost} --for=condition=Ready --timeout=60s")).Succeeded();
            await StepAsync("up");
            await StepAsync("write", "returned");
            Assert.Matches("pg-2 has [45] first,rolled,lost,(alone,)?returned", await StepAsync("check"));
            Assert.Equal(volumes, await VolumesAsync());
            Assert.Equal(lost, await cluster.ReadAsync("get pod pg-2 -o jsonpath={.spec.nodeName}"));
            await StepAsync("down");
        }
        catch (Exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            await RunAsync("ensemble.sh", HostCluster.Hosts[0], "down");
            throw;
        }
        (await cluster.KubectlAsync("wait pv --all --for=delete --timeout=60s")).Succeeded();
    }

    private Task<string> VolumesAsync() => cluster.ReadAsync("get pvc -l app=pg -o jsonpath={.items[*].spec.volumeName}");

    private async Task<string> StepAsync(params string[] step)
    {
        var result = await RunAsync("ensemble.sh", HostCluster.Hosts[0], step);
        return result.ExitCode == 0 ? result.Output
            : throw new InvalidOperationException($"{string.Join(' ', step)}: {result.Error}{result.Output}\n{(await cluster.KubectlAsync("describe pods")).Output}\n{(await cluster.KubectlAsync("logs -l app=pg --prefix")).Output}");
    }

    private Task<CommandResult> RunAsync(string script, string host, params string[] arguments) => Command.RunAsync("sh", [Path.Combine(s_folder, script), .. arguments], environment: new Dictionary<string, string>
    {
        ["KUBECONFIG"] = cluster.KubeConfig, ["HOME"] = Path.GetDirectoryName(cluster.KubeConfig) ?? "/", ["DOCKER_HOST"] = cluster.EndpointOf(host).ToString(),
    });
}
