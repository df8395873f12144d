using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.ResourceQuotas;

internal sealed class ResourceQuotaRules : KindRules<V1ResourceQuota>
{
    private static readonly string[] Scopes = ["BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating"];
    private static readonly string[] Operators = ["DoesNotExist", "Exists", "In", "NotIn"];

    protected override void PrepareCreate(V1ResourceQuota item) => item.Status = new();

    protected override void Default(V1ResourceQuota item) => item.Spec ??= new();

    protected override void Validate(V1ResourceQuota item, FieldErrors errors)
    {
        foreach (var (name, quantity) in item.Spec?.Hard ?? new Dictionary<string, ResourceQuantity>())
        {
            var field = $"spec.hard[{name}]";
            errors.Check(field, name, NameRules.QualifiedName(name));
            if (!Quantity.TryParse(quantity?.ToString(), out var value) || value.IsNegative)
            {
                errors.Invalid(field, quantity?.ToString(), "must be greater than or equal to 0");
            }
            else if (!value.IsInteger && (name.StartsWith("count/", StringComparison.Ordinal) || name is "pods" or "services" or "secrets" or "configmaps"))
            {
                errors.Invalid(field, quantity!.ToString(), "must be an integer"); // Parsed above.
            }
        }
        for (var i = 0; i < (item.Spec?.Scopes?.Count ?? 0); i++)
        {
            if (!Scopes.Contains(item.Spec!.Scopes[i])) // Counted.
            {
                errors.NotSupported($"spec.scopes[{i}]", item.Spec.Scopes[i], Scopes);
            }
        }
        for (var i = 0; i < (item.Spec?.ScopeSelector?.MatchExpressions?.Count ?? 0); i++)
        {
            var (field, requirement) = ($"spec.scopeSelector.matchExpressions[{i}]", item.Spec!.ScopeSelector.MatchExpressions[i]); // Counted.
            if (!Scopes.Contains(requirement.ScopeName))
            {
                errors.NotSupported($"{field}.scopeName", requirement.ScopeName, Scopes);
            }
            if (!Operators.Contains(requirement.OperatorProperty))
            {
                errors.NotSupported($"{field}.operator", requirement.OperatorProperty, Operators);
            }
            else if (requirement.OperatorProperty is "In" or "NotIn" != requirement.Values is { Count: > 0 })
            {
                errors.Invalid($"{field}.values", "", requirement.OperatorProperty is "In" or "NotIn" ? "must be at least one value when `operator` is 'In' or 'NotIn'" : "must be no value when `operator` is 'Exists' or 'DoesNotExist'");
            }
        }
    }

    protected override void ValidateUpdate(V1ResourceQuota item, V1ResourceQuota old, FieldErrors errors)
    {
        if (!(item.Spec?.Scopes ?? []).Order(StringComparer.Ordinal).SequenceEqual((old.Spec?.Scopes ?? []).Order(StringComparer.Ordinal)))
        {
            errors.Invalid("spec.scopes", string.Join(",", item.Spec?.Scopes ?? []), "field is immutable");
        }
    }
}
