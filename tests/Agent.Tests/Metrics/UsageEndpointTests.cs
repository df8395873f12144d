using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Metrics;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Agent.Tunnel;
using Orchestrator.Model.Metrics;
using Xunit;

namespace Orchestrator.Agent.Tests.Metrics;

public sealed class UsageEndpointTests
{
    [Fact]
    public async Task Answer_TellsOfAContainerThatWasJustStarted_AndOfTheNodeAtTheSecondMeasurement()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        // The harness ends the runtime.
        var runtimes = new RuntimeSet([harness.Runtime]);
        using var sampler = new UsageSampler(runtimes, TimeProvider.System, NullLogger.Instance);
        var endpoint = new UsageEndpoint(sampler);
        Assert.Null((await AskAsync(endpoint)).Node);
        await harness.StartAsync("while :; do :; done");

        var report = await Eventually.SeesAsync(() => AskAsync(endpoint).GetAwaiter().GetResult(), report => report.Node is not null && report.Containers.Count == 1);

        var container = report.Containers[0];
        Assert.Equal((ProcessHarness.PodUid, "c"), (container.PodUid, container.Name));
        Assert.InRange(container.Usage.CpuNanocores, 10_000_000, 1_200_000_000);
        Assert.InRange(container.Usage.MemoryBytes, 100_000, 100_000_000);
        Assert.InRange(report.Node!.CpuNanocores, 10_000_000, Environment.ProcessorCount * 1_050_000_000L); // Waited for.
        Assert.InRange(report.Node.MemoryBytes, container.Usage.MemoryBytes, long.MaxValue);
    }

    private static async Task<UsageReport> AskAsync(UsageEndpoint endpoint)
    {
        using var body = new MemoryStream();
        await endpoint.HandleAsync(new DefaultHttpContext { Response = { Body = body } });
        return JsonSerializer.Deserialize(body.ToArray(), UsageJson.Default.UsageReport) ?? throw new InvalidDataException("null");
    }
}
