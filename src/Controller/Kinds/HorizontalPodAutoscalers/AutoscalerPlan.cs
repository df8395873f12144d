using k8s.Models;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <param name="Replicas">What the target is to have; null: as it is.</param>
/// <param name="Why">Of the change, for its event.</param>
/// <param name="Problem">Reason and message of what could not be measured; null for none.</param>
internal sealed record AutoscalerPlan(int? Replicas, string Why, (string Reason, string Message)? Problem, V2HorizontalPodAutoscalerStatus Status);
