using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Asks the adapter for all metrics of an autoscaler that agents do not measure, at once.</summary>
internal sealed class OutsideMetrics(IMetricAdapter adapter)
{
    public async Task<IReadOnlyDictionary<V2MetricSpec, OutsideMetric>> ReadAsync(V2HorizontalPodAutoscaler item, ScaleTarget target, CancellationToken cancellationToken)
    {
        var asked = item.Spec.Metrics.Where(metric => !AutoscalerRules.IsMeasured(metric)).Select(async metric => (metric, await ReadAsync(metric, target, cancellationToken).ConfigureAwait(false)));
        // By reference: the same metric may be named twice.
        var told = new Dictionary<V2MetricSpec, OutsideMetric>(ReferenceEqualityComparer.Instance);
        foreach (var (metric, value) in await Task.WhenAll(asked).ConfigureAwait(false))
        {
            told[metric] = value;
        }
        return told;
    }

    private async Task<OutsideMetric> ReadAsync(V2MetricSpec metric, ScaleTarget target, CancellationToken cancellationToken)
    {
        try
        {
            if (metric.Pods is { } pods)
            {
                return OutsideMetric.OfPods(await adapter.ReadPodsAsync(target.Namespace, target.Selector, pods.Metric.Name, LabelSelector.From(pods.Metric.Selector ?? new()), cancellationToken).ConfigureAwait(false));
            }
            return OutsideMetric.Of(metric.ObjectProperty is { } described
                ? await adapter.ReadObjectAsync(target.Namespace, GroupResource(described.DescribedObject), described.DescribedObject.Name, described.Metric.Name, LabelSelector.From(described.Metric.Selector ?? new()), cancellationToken).ConfigureAwait(false)
                : await adapter.ReadExternalAsync(target.Namespace, metric.External.Metric.Name, LabelSelector.From(metric.External.Metric.Selector ?? new()), cancellationToken).ConfigureAwait(false));
        }
        catch (MetricException problem)
        {
            return OutsideMetric.Missing(problem.Message);
        }
    }

    private static string GroupResource(V2CrossVersionObjectReference described) =>
        Catalog.All.FirstOrDefault(kind => kind.Kind == described.Kind && (string.IsNullOrEmpty(described.ApiVersion) || kind.ApiVersion == described.ApiVersion))?.GroupResource
        ?? throw new MetricException($"no matches for kind \"{described.Kind}\" in \"{described.ApiVersion}\"");
}
