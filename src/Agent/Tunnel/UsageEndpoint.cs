using System.Text.Json;
using Orchestrator.Agent.Metrics;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>GET /usage</c>: what the node and its containers use now.</summary>
internal sealed class UsageEndpoint(UsageSampler sampler)
{
    public async Task HandleAsync(HttpContext context)
    {
        var report = await sampler.ReportAsync(context.RequestAborted);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, report, UsageJson.Default.UsageReport, context.RequestAborted);
    }
}
