using k8s.Models;
using Orchestrator.Controller.Admission;

namespace Orchestrator.Controller.Kinds.Roles;

internal sealed class RoleRules : KindRules<V1Role>
{
    public override string? CheckName(string name) => RbacNames.Check(name);

    protected override void Validate(V1Role item, Model.FieldErrors errors) => PolicyRuleRules.Validate(item.Rules, namespaced: true, errors);
}
