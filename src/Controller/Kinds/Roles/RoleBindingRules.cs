using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Roles;

internal sealed class RoleBindingRules : KindRules<V1RoleBinding>
{
    public override string? CheckName(string name) => RbacNames.Check(name);

    protected override void Default(V1RoleBinding item) => BindingRules.Default(item.RoleRef, item.Subjects);

    protected override void Validate(V1RoleBinding item, FieldErrors errors) => BindingRules.Validate(item.RoleRef, item.Subjects, namespaced: true, errors);

    protected override void ValidateUpdate(V1RoleBinding item, V1RoleBinding old, FieldErrors errors) => BindingRules.RoleIsImmutable(item.RoleRef, old.RoleRef, errors);
}
