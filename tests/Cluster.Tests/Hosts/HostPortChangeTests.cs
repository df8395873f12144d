using System.Globalization;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>A service that leads elsewhere from one moment to the next, again and again: every host follows, and none keeps an old way.</summary>
[Collection(HostCollection.Name)]
public sealed class HostPortChangeTests(HostCluster cluster) : HostTestBase(cluster)
{
    private const int Changes = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TargetPort_ThatChanges_IsFollowedByEveryHost_EachTime(int replicas)
    {
        await StartWebAsync("turn", replicas);
        (await Cluster.KubectlAsync("expose deployment turn --port=80 --target-port=8080")).Succeeded();
        for (var change = 0; change < Changes; change++)
        {
            var port = change % 2 == 0 ? 8081 : 8080;
            (await Cluster.KubectlAsync(["patch", "svc", "turn", "-p", $$$"""{"spec":{"ports":[{"port":80,"targetPort":{{{port.ToString(CultureInfo.InvariantCulture)}}}}]}}"""])).Succeeded();
            var other = 8080 + 8081 - port;
            foreach (var pod in await PodsAsync("turn"))
            {
                foreach (var host in HostCluster.Hosts)
                {
                    await Eventually.GetAsync(() => TargetsAsync(host, pod.Address), ports => ports.SequenceEqual([port]), ports => $"change {change} on {host}: {pod.Address} has {string.Join(' ', ports)} and not only {port}, {other} before", seconds: 5);
                }
            }
        }
        (await Cluster.KubectlAsync("delete svc turn")).Succeeded();
        await RemoveAsync("turn");
    }

    /// <summary>The ports of a pod that the host's rules lead to.</summary>
    private async Task<int[]> TargetsAsync(string host, string address)
    {
        var rules = (await Cluster.OnHostAsync(host, "sh", "-c", "nft list ruleset 2>/dev/null; iptables -t nat -S")).Succeeded();
        return [.. new[] { 8080, 8081 }.Where(port => rules.Contains($"{address} . {port}", StringComparison.Ordinal) || rules.Contains($"{address}:{port}", StringComparison.Ordinal))];
    }
}
