namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>What an adapter told of a metric that agents do not measure, in thousandths of its unit.</summary>
/// <param name="ByPod">By pod name, of a metric of the type Pods; empty for others.</param>
/// <param name="Total">Of a metric of the type Object or External.</param>
/// <param name="Problem">Why it could not be had; null when it could.</param>
internal sealed record OutsideMetric(IReadOnlyDictionary<string, double> ByPod, double Total, string? Problem)
{
    private static readonly Dictionary<string, double> s_none = [];

    public static OutsideMetric OfPods(IReadOnlyDictionary<string, double> byPod) => new(byPod, 0, null);

    public static OutsideMetric Of(double total) => new(s_none, total, null);

    public static OutsideMetric Missing(string problem) => new(s_none, 0, problem);
}
