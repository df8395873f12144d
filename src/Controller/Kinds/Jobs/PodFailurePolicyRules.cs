using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Validation of a pod failure policy. Source: Kubernetes API reference, PodFailurePolicy.</summary>
internal static class PodFailurePolicyRules
{
    private const int MaxRules = 20;
    private const int MaxExitCodes = 255;
    private static readonly string[] Actions = ["Count", "FailIndex", "FailJob", "Ignore"];

    public static void Validate(string path, V1PodFailurePolicy policy, V1JobSpec spec, FieldErrors errors)
    {
        var rules = $"{path}.podFailurePolicy.rules";
        if (spec.Template?.Spec?.RestartPolicy is { } restart and not "Never")
        {
            errors.Invalid($"{path}.template.spec.restartPolicy", restart, "only \"Never\" is supported when podFailurePolicy is specified");
        }
        if (policy.Rules?.Count > MaxRules)
        {
            errors.Invalid(rules, policy.Rules.Count, $"must have at most {MaxRules} items");
        }
        for (var i = 0; i < (policy.Rules?.Count ?? 0); i++)
        {
            Rule($"{rules}[{i}]", policy.Rules![i], spec, errors); // Counted above.
        }
    }

    private static void Rule(string field, V1PodFailurePolicyRule rule, V1JobSpec spec, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(rule.Action))
        {
            errors.Required($"{field}.action", "valid values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"");
        }
        else if (!Actions.Contains(rule.Action))
        {
            errors.NotSupported($"{field}.action", rule.Action, Actions);
        }
        else if (rule.Action == "FailIndex" && spec.BackoffLimitPerIndex is null)
        {
            errors.Invalid($"{field}.action", rule.Action, "requires the backoffLimitPerIndex to be set");
        }
        if (rule.OnExitCodes is { } codes)
        {
            ExitCodes($"{field}.onExitCodes", codes, spec, errors);
        }
        var conditions = rule.OnPodConditions ?? [];
        if ((rule.OnExitCodes is null) == (conditions.Count == 0))
        {
            errors.Invalid(field, "", rule.OnExitCodes is null
                ? "specifying one of OnExitCodes and OnPodConditions is required" : "specifying both OnExitCodes and OnPodConditions is not supported");
        }
        for (var i = 0; i < conditions.Count; i++)
        {
            errors.Check($"{field}.onPodConditions[{i}].type", conditions[i].Type, NameRules.QualifiedName(conditions[i].Type));
            if (conditions[i].Status is not (null or "" or "True" or "False" or "Unknown"))
            {
                errors.NotSupported($"{field}.onPodConditions[{i}].status", conditions[i].Status, "False", "True", "Unknown");
            }
        }
    }

    private static void ExitCodes(string field, V1PodFailurePolicyOnExitCodesRequirement codes, V1JobSpec spec, FieldErrors errors)
    {
        if (codes.OperatorProperty is not ("In" or "NotIn"))
        {
            errors.NotSupported($"{field}.operator", codes.OperatorProperty, "In", "NotIn");
        }
        var containers = (spec.Template?.Spec?.Containers ?? []).Concat(spec.Template?.Spec?.InitContainers ?? []);
        if (!string.IsNullOrEmpty(codes.ContainerName) && containers.All(container => container.Name != codes.ContainerName))
        {
            errors.Invalid($"{field}.containerName", codes.ContainerName, "must be one of the container or initContainer names in the pod template");
        }
        var values = codes.Values ?? [];
        if (values.Count is 0 or > MaxExitCodes)
        {
            errors.Invalid($"{field}.values", values.Count, values.Count == 0 ? "at least one value is required" : $"must have at most {MaxExitCodes} items");
        }
        for (var i = 0; i < values.Count; i++)
        {
            if (codes.OperatorProperty == "In" && values[i] == 0)
            {
                errors.Invalid($"{field}.values[{i}]", values[i], "must not be 0 for the In operator");
            }
            if (i > 0 && values[i] <= values[i - 1])
            {
                errors.Invalid($"{field}.values", string.Join(',', values), values[i] == values[i - 1] ? "must not contain duplicates" : "must be ordered");
                break;
            }
        }
    }
}
