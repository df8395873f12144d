using System.Text.Json;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>GET /volumes</c>: what the volumes of claims hold now.</summary>
internal sealed class VolumesEndpoint(VolumeUsages usages)
{
    public async Task HandleAsync(HttpContext context)
    {
        var reports = await Task.Run(usages.Measure, context.RequestAborted);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, [.. reports], UsageJson.Default.VolumeUsageReportArray, context.RequestAborted);
    }
}
