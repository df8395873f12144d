using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>For a controller that was given no adapter.</summary>
internal sealed class NoMetricAdapter : IMetricAdapter
{
    private static MetricException Refusal => new("the controller has no metrics adapter (--metrics-adapter)");

    public Task<IReadOnlyDictionary<string, double>> ReadPodsAsync(string @namespace, LabelSelector pods, string metric, LabelSelector series, CancellationToken cancellationToken) =>
        Task.FromException<IReadOnlyDictionary<string, double>>(Refusal);

    public Task<double> ReadObjectAsync(string @namespace, string groupResource, string name, string metric, LabelSelector series, CancellationToken cancellationToken) =>
        Task.FromException<double>(Refusal);

    public Task<double> ReadExternalAsync(string @namespace, string metric, LabelSelector series, CancellationToken cancellationToken) => Task.FromException<double>(Refusal);
}
