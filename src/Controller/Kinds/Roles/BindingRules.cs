using k8s.Models;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Roles;

/// <summary>Defaults and validation that both kinds of binding share. Source: Kubernetes API reference, RoleBinding.</summary>
internal static class BindingRules
{
    public static void Default(V1RoleRef? role, IList<Rbacv1Subject>? subjects)
    {
        if (role is not null && string.IsNullOrEmpty(role.ApiGroup))
        {
            role.ApiGroup = RoleBindings.Group;
        }
        foreach (var subject in subjects ?? [])
        {
            if (string.IsNullOrEmpty(subject.ApiGroup) && subject.Kind is "User" or "Group")
            {
                subject.ApiGroup = RoleBindings.Group;
            }
        }
    }

    public static void Validate(V1RoleRef? role, IList<Rbacv1Subject>? subjects, bool namespaced, FieldErrors errors)
    {
        if (role?.ApiGroup != RoleBindings.Group)
        {
            errors.NotSupported("roleRef.apiGroup", role?.ApiGroup, RoleBindings.Group);
        }
        if (role?.Kind != "ClusterRole" && !(namespaced && role?.Kind == "Role"))
        {
            if (namespaced)
            {
                errors.NotSupported("roleRef.kind", role?.Kind, "ClusterRole", "Role");
            }
            else
            {
                errors.NotSupported("roleRef.kind", role?.Kind, "ClusterRole");
            }
        }
        if (string.IsNullOrEmpty(role?.Name))
        {
            errors.Required("roleRef.name");
        }
        else
        {
            errors.Check("roleRef.name", role.Name, RbacNames.Check(role.Name));
        }
        for (var i = 0; i < (subjects?.Count ?? 0); i++)
        {
            Subject($"subjects[{i}]", subjects![i], namespaced, errors); // The loop has none without.
        }
    }

    public static void RoleIsImmutable(V1RoleRef? role, V1RoleRef old, FieldErrors errors)
    {
        // That there is none is told already.
        if (role is not null && (role.ApiGroup, role.Kind, role.Name) != (old.ApiGroup, old.Kind, old.Name))
        {
            errors.Invalid("roleRef", $"{role.Kind}/{role.Name}", "cannot change roleRef");
        }
    }

    private static void Subject(string field, Rbacv1Subject subject, bool namespaced, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(subject.Name))
        {
            errors.Required($"{field}.name");
        }
        switch (subject.Kind)
        {
            case "ServiceAccount":
                if (!string.IsNullOrEmpty(subject.Name))
                {
                    errors.Check($"{field}.name", subject.Name, NameRules.DnsSubdomain(subject.Name));
                }
                if (!string.IsNullOrEmpty(subject.ApiGroup))
                {
                    errors.NotSupported($"{field}.apiGroup", subject.ApiGroup, "");
                }
                if (!namespaced && string.IsNullOrEmpty(subject.NamespaceProperty))
                {
                    errors.Required($"{field}.namespace");
                }
                break;
            case "User" or "Group":
                if (subject.ApiGroup != RoleBindings.Group)
                {
                    errors.NotSupported($"{field}.apiGroup", subject.ApiGroup, RoleBindings.Group);
                }
                break;
            default:
                errors.NotSupported($"{field}.kind", subject.Kind, "Group", "ServiceAccount", "User");
                break;
        }
    }
}
