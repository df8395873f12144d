using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>The metrics that New- and Set-Autoscaler can say.</summary>
internal static class AutoscalerMetrics
{
    /// <returns>Null when none is given.</returns>
    public static JsonArray? Of(int? cpuPercent, int? memoryPercent)
    {
        var given = new[] { ("cpu", cpuPercent), ("memory", memoryPercent) }.Where(metric => metric.Item2 is not null).ToArray();
        return given.Length == 0 ? null : new JsonArray([.. given.Select(metric => new JsonObject
        {
            ["type"] = "Resource",
            ["resource"] = new JsonObject
            {
                ["name"] = metric.Item1, ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = metric.Item2 },
            },
        })]);
    }
}
