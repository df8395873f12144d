using k8s.Models;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>What one metric asks for.</summary>
/// <param name="Replicas">How many there should be; meaningless with a problem.</param>
/// <param name="Why">The metric in words, for events.</param>
/// <param name="Status">Its value, for the status.</param>
/// <param name="Problem">Reason and message when it could not be had.</param>
internal sealed record MetricOutcome(int Replicas, string Why, V2MetricStatus? Status, (string Reason, string Message)? Problem)
{
    public static MetricOutcome Failed(string reason, string message) => new(0, "", null, (reason, message));
}
