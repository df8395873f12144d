using Xunit;

namespace Orchestrator.Cluster.Tests.Networking;

/// <summary>Processes find the cluster's names as containers do: each pod has a resolv.conf of its own.</summary>
public sealed class ProcessNameTests(SharedMountCluster cluster) : IClassFixture<SharedMountCluster>
{
    [Fact]
    public async Task Process_FindsTheClustersNames_InItsOwnNamespaceAndAsItsPolicySays()
    {
        Assert.SkipUnless(SharedMountCluster.IsPossible, "mount namespaces and port 53 take root");
        (await cluster.KubectlAsync("create ns shop")).Succeeded();
        (await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: near}
            spec: {type: ExternalName, externalName: web.shop.svc.cluster.local}
            ---
            {{Pod("inside", "shop", "getent ahostsv4 web; getent ahostsv4 near.default; cat /etc/resolv.conf")}}
            ---
            {{Pod("outside", "default", "getent ahostsv4 web || echo none; getent ahostsv4 web.shop")}}
            ---
            {{Pod("machines", "default", "cat /etc/resolv.conf", "dnsPolicy: Default")}}
            ---
            {{Pod("own", "default", "cat /etc/resolv.conf", "dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.7], searches: [example.com], options: [{name: ndots, value: \"2\"}, {name: rotate}]}")}}
            """)).Succeeded();
        var address = (await cluster.KubectlAsync("get svc web -n shop -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();
        var inside = await LogAsync("inside", "shop");
        Assert.Equal(2, inside.Split('\n').Count(line => line.StartsWith(address, StringComparison.Ordinal) && line.Contains("STREAM", StringComparison.Ordinal)));
        Assert.Contains("search shop.svc.cluster.local svc.cluster.local cluster.local", inside, StringComparison.Ordinal);
        Assert.Contains("options ndots:5", inside, StringComparison.Ordinal);
        var outside = await LogAsync("outside", "default");
        Assert.StartsWith("none\n", outside, StringComparison.Ordinal);
        Assert.Contains(address, outside, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync("/etc/resolv.conf", TestContext.Current.CancellationToken), await LogAsync("machines", "default"));
        Assert.Equal("nameserver 192.0.2.7\nsearch example.com\noptions ndots:2 rotate\n", await LogAsync("own", "default"));

        // What is run in it finds the same, with a terminal and without; and Resolve-ClusterName asks as it does.
        Assert.Contains(address, (await cluster.KubectlAsync("exec -n shop inside -- getent ahostsv4 web")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal($"{address} web.shop.svc.cluster.local\n", (await cluster.PowerShellAsync("Resolve-ClusterName web -FromPod shop/inside | ForEach-Object { \"$($_.Address) $($_.RecordName)\" }")).Succeeded().ReplaceLineEndings("\n"));
        Assert.Equal("NXDOMAIN", (await cluster.PowerShellAsync("try { Resolve-ClusterName nothing -FromPod shop/inside -ErrorAction Stop } catch { if ($_.FullyQualifiedErrorId -like 'NotFound,Name*') { 'NXDOMAIN' } else { \"$_\" } }")).Succeeded().Trim());
        (await cluster.KubectlAsync("delete ns shop --timeout=60s")).Succeeded();
    }

    private static string Pod(string name, string @namespace, string command, string more = "") => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: {{@namespace}} }
        spec: { {{(more.Length > 0 ? more + ", " : "")}}terminationGracePeriodSeconds: 1, containers: [{name: c, image: host, command: [sh, -c, {{System.Text.Json.JsonSerializer.Serialize(command + "; echo end; exec sleep 600")}}]}] }
        """;

    private async Task<string> LogAsync(string pod, string @namespace)
    {
        var log = await Eventually.GetAsync(async () => (await cluster.KubectlAsync($"logs {pod} -n {@namespace}")).Output, text => text.EndsWith("end\n", StringComparison.Ordinal), text => text);
        return log[..^"end\n".Length];
    }
}
