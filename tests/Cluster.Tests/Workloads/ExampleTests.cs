using Xunit;

namespace Orchestrator.Cluster.Tests.Workloads;

/// <summary>The example of the workloads' page does what it says.</summary>
public sealed class ExampleTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Workloads_Example_Runs()
    {
        (await cluster.KubectlAsync(["apply", "-f", Path.Combine(Checkout.Root, "examples", "workloads.yaml")])).Succeeded();
        (await cluster.KubectlAsync("wait job/squares --for=condition=complete --timeout=60s")).Succeeded();
        Assert.Contains("3 squared is 9", (await cluster.KubectlAsync("logs -l job-name=squares")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("rollout status sts/queue --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("rollout status ds/watch --timeout=60s")).Succeeded();
        Assert.Equal("I watch n1\nI watch n2\n", string.Concat((await cluster.KubectlAsync("logs -l app=watch")).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().Select(line => line + "\n")));
        (await cluster.KubectlAsync("wait hpa/echo --for=condition=ScalingActive --timeout=60s")).Succeeded();
        Assert.Equal("I am queue-1\n", (await cluster.KubectlAsync("logs queue-1")).Succeeded());
        (await cluster.KubectlAsync("wait pdb/queue --for=jsonpath={.status.disruptionsAllowed}=1 --timeout=30s")).Succeeded();
        Assert.Equal("job.batch/now created\n", (await cluster.KubectlAsync("create job now --from=cronjob/report")).Succeeded());
        (await cluster.KubectlAsync("wait job/now --for=condition=complete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync(["delete", "-f", Path.Combine(Checkout.Root, "examples", "workloads.yaml"), "--timeout=60s"])).Succeeded();
    }
    [Fact]
    public async Task Services_Example_HasEndpointsOfEverySort()
    {
        (await cluster.KubectlAsync(["apply", "-f", Path.Combine(Checkout.Root, "examples", "services.yaml")])).Succeeded();
        (await cluster.KubectlAsync("rollout status deploy/front --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("rollout status sts/members --timeout=60s")).Succeeded();
        Task ExpectAsync(string service, string path, string expected) => Eventually.GetAsync(async () => string.Join(' ', (await cluster.KubectlAsync(
            ["get", "endpointslices", "-l", $"kubernetes.io/service-name={service}", "-o", $"jsonpath={{.items[*].endpoints[*].{path}}}"])).Succeeded().Trim().Split(' ').Order()),
            text => text == expected, text => $"{service}: {text}");
        await ExpectAsync("front", "conditions.ready", "true true");
        await ExpectAsync("front-outside", "conditions.ready", "true true");
        await ExpectAsync("members", "hostname", "members-0 members-1");
        await ExpectAsync("ledger", "addresses[0]", "192.0.2.10 192.0.2.11");
        Assert.Matches(@"Endpoints:\s+192.0.2.10:5432,192.0.2.11:5432", (await cluster.KubectlAsync("describe svc ledger")).Succeeded());
        (await cluster.KubectlAsync(["delete", "-f", Path.Combine(Checkout.Root, "examples", "services.yaml"), "--timeout=60s"])).Succeeded();
    }
}
