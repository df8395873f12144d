using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>What a row about a HorizontalPodAutoscaler says, as kubectl derives it from the object.</summary>
public static class AutoscalerSummary
{
    private const string Unknown = "<unknown>";
    /// <summary>Metrics that a row has room for.</summary>
    private const int Shown = 2;

    public static string Reference(V2HorizontalPodAutoscaler item) => $"{item.Spec?.ScaleTargetRef?.Kind}/{item.Spec?.ScaleTargetRef?.Name}";

    public static string Targets(V2HorizontalPodAutoscaler item)
    {
        var metrics = item.Spec?.Metrics ?? [];
        if (metrics.Count == 0)
        {
            return Columns.None;
        }
        var texts = metrics.Take(Shown).Select(metric => Target(metric, item.Status?.CurrentMetrics ?? []));
        return string.Join(", ", texts) + (metrics.Count > Shown ? $" + {metrics.Count - Shown} more..." : "");
    }

    private static string Target(V2MetricSpec metric, IList<V2MetricStatus> current) => metric.Type switch
    {
        "Pods" => Amount(metric.Pods?.Target, current.FirstOrDefault(status => status.Pods?.Metric?.Name == metric.Pods?.Metric?.Name)?.Pods?.Current, ""),
        "Object" => Amount(metric.ObjectProperty?.Target,
            current.FirstOrDefault(status => status.ObjectProperty?.Metric?.Name == metric.ObjectProperty?.Metric?.Name)?.ObjectProperty?.Current, " (avg)"),
        "External" => Amount(metric.External?.Target, current.FirstOrDefault(status => status.External?.Metric?.Name == metric.External?.Metric?.Name)?.External?.Current, " (avg)"),
        _ => Resource(metric, current),
    };

    private static string Amount(V2MetricTarget? target, V2MetricValueStatus? value, string ofAverage) => target?.AverageValue is { } average
        ? $"{value?.AverageValue?.ToString() ?? Unknown}/{average}{ofAverage}"
        : $"{value?.Value?.ToString() ?? Unknown}/{target?.Value}";

    private static string Resource(V2MetricSpec metric, IList<V2MetricStatus> current)
    {
        var (name, target, value) = metric.Type == "ContainerResource"
            ? (metric.ContainerResource.Name, metric.ContainerResource.Target, current.FirstOrDefault(status =>
                status.ContainerResource?.Name == metric.ContainerResource.Name && status.ContainerResource.Container == metric.ContainerResource.Container)?.ContainerResource?.Current)
            : (metric.Resource?.Name, metric.Resource?.Target, current.FirstOrDefault(status => status.Resource?.Name == metric.Resource?.Name)?.Resource?.Current);
        return target?.AverageUtilization is { } share
            ? $"{name}: {(value?.AverageUtilization is { } used ? $"{used}%" : Unknown)}/{share}%"
            : $"{name}: {value?.AverageValue?.ToString() ?? Unknown}/{target?.AverageValue}";
    }
}
