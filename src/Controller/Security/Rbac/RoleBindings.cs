using System.Runtime.CompilerServices;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Model;

namespace Orchestrator.Controller.Security.Rbac;

/// <summary>Who has which roles, as bindings say now. Each state of an object is decoded once.</summary>
internal sealed class RoleBindings(ObjectCache cache)
{
    public const string Group = "rbac.authorization.k8s.io";
    private readonly ConditionalWeakTable<CachedObject, object> _read = [];

    /// <returns>Why it is allowed, or null.</returns>
    public string? Allow(User user, AccessRequest request) =>
        Held(user, request.Namespace).FirstOrDefault(role => role.Rules.Any(rule => PolicyRules.Allows(rule, request)))?.Reason;

    /// <summary>All roles that a user has in a namespace; at the cluster scope where it is null.</summary>
    public IEnumerable<HeldRole> Held(User user, string? @namespace)
    {
        foreach (var item in cache.List(new($"clusterrolebindings.{Group}")).Items)
        {
            var binding = Read<V1ClusterRoleBinding>(item);
            if (Names(binding.Subjects, user, null) is { } subject && Rules(binding.RoleRef, null) is { } rules)
            {
                yield return new(rules, $"RBAC: allowed by ClusterRoleBinding \"{item.Key.Name}\" of {binding.RoleRef.Kind} \"{binding.RoleRef.Name}\" to {subject}");
            }
        }
        if (string.IsNullOrEmpty(@namespace))
        {
            yield break;
        }
        foreach (var item in cache.List(new($"rolebindings.{Group}", @namespace)).Items)
        {
            var binding = Read<V1RoleBinding>(item);
            if (Names(binding.Subjects, user, @namespace) is { } subject && Rules(binding.RoleRef, @namespace) is { } rules)
            {
                yield return new(rules, $"RBAC: allowed by RoleBinding \"{item.Key.Name}/{@namespace}\" of {binding.RoleRef.Kind} \"{binding.RoleRef.Name}\" to {subject}");
            }
        }
    }

    /// <returns>Null when there is no such role.</returns>
    public IList<V1PolicyRule>? Rules(V1RoleRef reference, string? @namespace) => reference.Kind == "ClusterRole"
        ? cache.Get(new($"clusterroles.{Group}", "", reference.Name)) is { } cluster ? Read<V1ClusterRole>(cluster).Rules ?? [] : null
        : cache.Get(new($"roles.{Group}", @namespace ?? "", reference.Name)) is { } role ? Read<V1Role>(role).Rules ?? [] : null;

    private T Read<T>(CachedObject item) where T : class => (T)_read.GetValue(item, static seen => seen.Decode<T>());

    private static string? Names(IList<Rbacv1Subject>? subjects, User user, string? @namespace)
    {
        foreach (var subject in subjects ?? [])
        {
            switch (subject.Kind)
            {
                case "User" when subject.Name == user.Name:
                case "Group" when user.IsIn(subject.Name):
                    return $"{subject.Kind} \"{subject.Name}\"";
                case "ServiceAccount" when user.Name == AccountTokens.NameOf((string.IsNullOrEmpty(subject.NamespaceProperty) ? @namespace : subject.NamespaceProperty) ?? "", subject.Name):
                    return $"ServiceAccount \"{subject.Name}/{subject.NamespaceProperty ?? @namespace}\"";
                default:
                    continue;
            }
        }
        return null;
    }
}
