using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Roles;

/// <summary>Validation of the rules in roles. Source: Kubernetes API reference, PolicyRule.</summary>
internal static class PolicyRuleRules
{
    public static void Validate(IList<V1PolicyRule>? rules, bool namespaced, FieldErrors errors)
    {
        for (var i = 0; i < (rules?.Count ?? 0); i++)
        {
            Validate($"rules[{i}]", rules![i], namespaced, errors); // The loop has none without.
        }
    }

    private static void Validate(string field, V1PolicyRule rule, bool namespaced, FieldErrors errors)
    {
        if (rule.Verbs is not { Count: > 0 })
        {
            errors.Required($"{field}.verbs", "verbs must contain at least one value");
        }
        if (rule.NonResourceURLs is { Count: > 0 } paths)
        {
            if (namespaced)
            {
                errors.Invalid($"{field}.nonResourceURLs", string.Join(",", paths), "namespaced rules cannot apply to non-resource URLs");
            }
            if (rule.ApiGroups is { Count: > 0 } || rule.Resources is { Count: > 0 } || rule.ResourceNames is { Count: > 0 })
            {
                errors.Invalid($"{field}.nonResourceURLs", string.Join(",", paths), "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.ApiGroups is not { Count: > 0 })
        {
            errors.Required($"{field}.apiGroups", "resource rules must supply at least one api group");
        }
        if (rule.Resources is not { Count: > 0 })
        {
            errors.Required($"{field}.resources", "resource rules must supply at least one resource");
        }
    }
}
