using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>Columns of accounts, roles and bindings.</summary>
public static class AccessColumns
{
    public static ImmutableArray<PrinterColumn> ServiceAccount { get; } =
        [Columns.Name<V1ServiceAccount>(), Columns.Number<V1ServiceAccount>("Secrets", "Secrets that its pods may name", item => item.Secrets?.Count ?? 0), Columns.Age<V1ServiceAccount>()];

    public static ImmutableArray<PrinterColumn> Role { get; } = [Columns.Name<V1Role>(), Created<V1Role>()];

    public static ImmutableArray<PrinterColumn> ClusterRole { get; } = [Columns.Name<V1ClusterRole>(), Created<V1ClusterRole>()];

    public static ImmutableArray<PrinterColumn> RoleBinding { get; } =
    [
        Columns.Name<V1RoleBinding>(),
        Columns.Text<V1RoleBinding>("Role", "What is given", item => $"{item.RoleRef?.Kind}/{item.RoleRef?.Name}"),
        Columns.Age<V1RoleBinding>(),
        Columns.Text<V1RoleBinding>("Users", "Users that have it", item => Of(item.Subjects, "User"), priority: 1),
        Columns.Text<V1RoleBinding>("Groups", "Groups that have it", item => Of(item.Subjects, "Group"), priority: 1),
        Columns.Text<V1RoleBinding>("ServiceAccounts", "Accounts that have it", item => Of(item.Subjects, "ServiceAccount"), priority: 1),
    ];

    public static ImmutableArray<PrinterColumn> ClusterRoleBinding { get; } =
    [
        Columns.Name<V1ClusterRoleBinding>(),
        Columns.Text<V1ClusterRoleBinding>("Role", "What is given", item => $"{item.RoleRef?.Kind}/{item.RoleRef?.Name}"),
        Columns.Age<V1ClusterRoleBinding>(),
        Columns.Text<V1ClusterRoleBinding>("Users", "Users that have it", item => Of(item.Subjects, "User"), priority: 1),
        Columns.Text<V1ClusterRoleBinding>("Groups", "Groups that have it", item => Of(item.Subjects, "Group"), priority: 1),
        Columns.Text<V1ClusterRoleBinding>("ServiceAccounts", "Accounts that have it", item => Of(item.Subjects, "ServiceAccount"), priority: 1),
    ];

    // kubectl shows the time itself here, not an age.
    private static PrinterColumn Created<T>() where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        Columns.Text<T>("Created At", "When it was made", item => item.Metadata?.CreationTimestamp is { } time ? Timestamp.Seconds(time) : null);

    private static string Of(IList<Rbacv1Subject>? subjects, string kind) => string.Join(", ", (subjects ?? []).Where(subject => subject.Kind == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.NamespaceProperty}/{subject.Name}" : subject.Name));
}
