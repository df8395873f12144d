using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Validation of a job's spec but for selector and template; collects all causes. Source: Kubernetes API reference, JobSpec.</summary>
internal static class JobSpecRules
{
    /// <summary>Beyond it the lists of completed indexes grow too large. Source: Kubernetes.</summary>
    private const int MaxIndexedParallelism = 100_000;

    public static void Validate(string path, V1JobSpec spec, FieldErrors errors)
    {
        errors.NotNegative($"{path}.parallelism", spec.Parallelism);
        errors.NotNegative($"{path}.completions", spec.Completions);
        errors.NotNegative($"{path}.activeDeadlineSeconds", spec.ActiveDeadlineSeconds);
        errors.NotNegative($"{path}.backoffLimit", spec.BackoffLimit);
        errors.NotNegative($"{path}.ttlSecondsAfterFinished", spec.TtlSecondsAfterFinished);
        errors.NotNegative($"{path}.backoffLimitPerIndex", spec.BackoffLimitPerIndex);
        errors.NotNegative($"{path}.maxFailedIndexes", spec.MaxFailedIndexes);
        OneOf($"{path}.completionMode", spec.CompletionMode, errors, JobNames.Indexed, JobNames.NonIndexed);
        if (spec.CompletionMode == JobNames.Indexed)
        {
            Indexed(path, spec, errors);
        }
        else
        {
            NonIndexed(path, spec, errors);
        }
        if (spec.MaxFailedIndexes is { } most && most > spec.Completions)
        {
            errors.Invalid($"{path}.maxFailedIndexes", most, "must be less than or equal to completions");
        }
        if (spec.MaxFailedIndexes is not null && spec.BackoffLimitPerIndex is null)
        {
            errors.Required($"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }
        if (spec.PodFailurePolicy is { } policy)
        {
            PodFailurePolicyRules.Validate(path, policy, spec, errors);
            if (spec.PodReplacementPolicy != JobNames.ReplaceFailed)
            {
                OneOf($"{path}.podReplacementPolicy", spec.PodReplacementPolicy, errors, JobNames.ReplaceFailed);
            }
        }
        else
        {
            OneOf($"{path}.podReplacementPolicy", spec.PodReplacementPolicy, errors, JobNames.ReplaceFailed, JobNames.ReplaceTerminatingOrFailed);
        }
        if (spec.Template?.Spec is { RestartPolicy: not ("OnFailure" or "Never") })
        {
            errors.Required($"{path}.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }
    }

    private static void Indexed(string path, V1JobSpec spec, FieldErrors errors)
    {
        if (spec.Completions is null)
        {
            errors.Required($"{path}.completions", "when completion mode is Indexed");
        }
        if (spec.Parallelism > MaxIndexedParallelism)
        {
            errors.Invalid($"{path}.parallelism", spec.Parallelism, $"must be less than or equal to {MaxIndexedParallelism} when completion mode is Indexed");
        }
        for (var i = 0; i < (spec.SuccessPolicy?.Rules?.Count ?? 0); i++)
        {
            var (rule, field) = (spec.SuccessPolicy!.Rules[i], $"{path}.successPolicy.rules[{i}]"); // Counted above.
            if (rule.SucceededCount is null && rule.SucceededIndexes is null)
            {
                errors.Required(field, "at least one of succeededCount or succeededIndexes must be specified");
            }
            errors.NotNegative($"{field}.succeededCount", rule.SucceededCount);
            if (rule.SucceededCount > spec.Completions)
            {
                errors.Invalid($"{field}.succeededCount", rule.SucceededCount, $"must be less than or equal to {spec.Completions} (the number of specified completions)");
            }
            if (rule.SucceededIndexes is { } indexes && IndexRanges.Format(IndexRanges.Parse(indexes, spec.Completions ?? 0)) is var read && read != indexes.Replace(" ", "", StringComparison.Ordinal))
            {
                errors.Invalid($"{field}.succeededIndexes", indexes, "error parsing succeededIndexes: must be increasing indexes or ranges below completions, such as \"1,3-5\"");
            }
        }
        if (spec.SuccessPolicy is { Rules: not { Count: > 0 } })
        {
            errors.Required($"{path}.successPolicy.rules", "at least one rules must be specified when the successPolicy is specified");
        }
    }

    private static void NonIndexed(string path, V1JobSpec spec, FieldErrors errors)
    {
        if (spec.BackoffLimitPerIndex is not null)
        {
            errors.Invalid($"{path}.backoffLimitPerIndex", spec.BackoffLimitPerIndex, "requires indexed completion mode");
        }
        if (spec.SuccessPolicy is not null)
        {
            errors.Invalid($"{path}.successPolicy", "", "requires indexed completion mode");
        }
    }

    private static void OneOf(string field, string? value, FieldErrors errors, params string[] supported)
    {
        if (!supported.Contains(value))
        {
            errors.NotSupported(field, value, supported);
        }
    }
}
