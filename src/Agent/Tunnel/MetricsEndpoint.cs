using Orchestrator.Agent.Volumes.Persistent;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>GET /metrics</c>: figures for Prometheus, as the kubelet has them.</summary>
internal sealed class MetricsEndpoint(VolumeUsages usages)
{
    public async Task HandleAsync(HttpContext context)
    {
        var reports = await Task.Run(usages.Measure, context.RequestAborted);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(VolumeFigures.Write(reports), context.RequestAborted);
    }
}
