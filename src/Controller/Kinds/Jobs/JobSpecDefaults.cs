using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Defaults of a job's spec, in a Job and in a CronJob's template alike. Source: Kubernetes API reference, JobSpec.</summary>
internal static class JobSpecDefaults
{
    private const int BackoffLimit = 6;

    public static void Apply(V1JobSpec spec)
    {
        // Neither given: one pod is to end well. Only parallelism given: a work queue.
        spec.Completions ??= spec.Parallelism is null ? 1 : null;
        spec.Parallelism ??= 1;
        spec.BackoffLimit ??= spec.BackoffLimitPerIndex is null ? BackoffLimit : int.MaxValue;
        spec.CompletionMode = string.IsNullOrEmpty(spec.CompletionMode) ? JobNames.NonIndexed : spec.CompletionMode;
        spec.Suspend ??= false;
        spec.ManualSelector ??= false;
        spec.PodReplacementPolicy = string.IsNullOrEmpty(spec.PodReplacementPolicy)
            ? spec.PodFailurePolicy is null ? JobNames.ReplaceTerminatingOrFailed : JobNames.ReplaceFailed
            : spec.PodReplacementPolicy;
        foreach (var pattern in (spec.PodFailurePolicy?.Rules ?? []).SelectMany(rule => rule.OnPodConditions ?? []))
        {
            pattern.Status = string.IsNullOrEmpty(pattern.Status) ? "True" : pattern.Status;
        }
        PodTemplateRules.Default(spec.Template);
    }
}
