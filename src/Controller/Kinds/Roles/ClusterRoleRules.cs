using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Roles;

internal sealed class ClusterRoleRules : KindRules<V1ClusterRole>
{
    public override string? CheckName(string name) => RbacNames.Check(name);

    protected override void Validate(V1ClusterRole item, FieldErrors errors)
    {
        PolicyRuleRules.Validate(item.Rules, namespaced: false, errors);
        if (item.AggregationRule is not { } aggregation)
        {
            return;
        }
        if (aggregation.ClusterRoleSelectors is not { Count: > 0 } selectors)
        {
            errors.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil");
            return;
        }
        for (var i = 0; i < selectors.Count; i++)
        {
            try
            {
                LabelSelector.From(selectors[i]);
            }
            catch (FormatException problem)
            {
                errors.Invalid($"aggregationRule.clusterRoleSelectors[{i}]", "", problem.Message);
            }
        }
    }
}
