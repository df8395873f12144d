using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Roles;

internal sealed class ClusterRoleBindingRules : KindRules<V1ClusterRoleBinding>
{
    public override string? CheckName(string name) => RbacNames.Check(name);

    protected override void Default(V1ClusterRoleBinding item) => BindingRules.Default(item.RoleRef, item.Subjects);

    protected override void Validate(V1ClusterRoleBinding item, FieldErrors errors) => BindingRules.Validate(item.RoleRef, item.Subjects, namespaced: false, errors);

    protected override void ValidateUpdate(V1ClusterRoleBinding item, V1ClusterRoleBinding old, FieldErrors errors) => BindingRules.RoleIsImmutable(item.RoleRef, old.RoleRef, errors);
}
