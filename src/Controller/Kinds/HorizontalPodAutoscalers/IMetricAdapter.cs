using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Where metrics come from that agents do not measure. Values are thousandths of the metric's unit.</summary>
internal interface IMetricAdapter
{
    /// <returns>By pod name.</returns>
    /// <exception cref="MetricException" />
    Task<IReadOnlyDictionary<string, double>> ReadPodsAsync(string @namespace, LabelSelector pods, string metric, LabelSelector series, CancellationToken cancellationToken);

    /// <exception cref="MetricException" />
    Task<double> ReadObjectAsync(string @namespace, string groupResource, string name, string metric, LabelSelector series, CancellationToken cancellationToken);

    /// <returns>The sum of all series that the selector covers.</returns>
    /// <exception cref="MetricException" />
    Task<double> ReadExternalAsync(string @namespace, string metric, LabelSelector series, CancellationToken cancellationToken);
}
