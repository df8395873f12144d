using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>How far the ratio of present to wanted may be above and below 1 with nothing done.</summary>
internal readonly record struct Tolerance(double Up, double Down)
{
    public static Tolerance Of(V2HorizontalPodAutoscaler item) => new(Of(item.Spec.Behavior?.ScaleUp), Of(item.Spec.Behavior?.ScaleDown));

    private static double Of(V2HPAScalingRules? rules) =>
        rules?.Tolerance is { } tolerance ? Quantity.Parse(tolerance.ToString()).ToMilliCeiling() / 1000.0 : ReplicaCalculator.Tolerance;
}
