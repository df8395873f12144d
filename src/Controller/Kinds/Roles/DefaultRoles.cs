using k8s.Models;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Roles;

/// <summary>
/// Roles and bindings that every cluster has. What they hold follows from the kinds that are served. Source: Kubernetes documentation, "Using RBAC
/// Authorization", default roles and role bindings.
/// </summary>
internal static class DefaultRoles
{
    private const string Aggregate = "rbac.authorization.k8s.io/aggregate-to-";
    private const string Any = "*";

    /// <summary>Annotation: <c>true</c> where a start of the controller may add rules.</summary>
    public const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
    private static readonly string[] s_read = ["get", "list", "watch"];
    private static readonly string[] s_write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] s_nobodysToWrite = ["Event", "Endpoints", "EndpointSlice", "ControllerRevision", "PodMetrics"];

    public static IReadOnlyList<V1ClusterRole> Roles { get; } =
    [
        Role("cluster-admin", new() { Verbs = [Any], ApiGroups = [Any], Resources = [Any] }, new() { Verbs = [Any], NonResourceURLs = [Any] }),
        Role("system:discovery", new V1PolicyRule { Verbs = ["get"], NonResourceURLs = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"] }),
        Role("system:public-info-viewer", new V1PolicyRule { Verbs = ["get"], NonResourceURLs = ["/healthz", "/livez", "/readyz", "/version", "/version/"] }),
        Role("system:monitoring", new V1PolicyRule { Verbs = ["get"], NonResourceURLs = ["/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/readyz", "/readyz/*"] }),
        Role("system:service-account-issuer-discovery", new V1PolicyRule { Verbs = ["get"], NonResourceURLs = ["/.well-known/openid-configuration", "/openid/v1/jwks"] }),
        Role("system:basic-user",
            new() { Verbs = ["create"], ApiGroups = ["authorization.k8s.io"], Resources = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
            new() { Verbs = ["create"], ApiGroups = ["authentication.k8s.io"], Resources = ["selfsubjectreviews"] }),
        Aggregated("admin", "admin", "edit", "view"),
        Aggregated("edit", "edit", "view"),
        Aggregated("view", "view"),
        Part("admin",
            [.. Rules([.. s_read, .. s_write], kind => kind.Group == RoleBindings.Group), new() { Verbs = ["create"], ApiGroups = ["authorization.k8s.io"], Resources = ["localsubjectaccessreviews"] }]),
        Part("edit",
        [
            .. Rules(s_write, kind => kind.Group != RoleBindings.Group && !s_nobodysToWrite.Contains(kind.Kind)),
            .. Rules(s_read, kind => kind.Kind == "Secret"),
            new() { Verbs = ["create", "get"], ApiGroups = [""], Resources = ["pods/attach", "pods/exec", "pods/portforward"] },
            new() { Verbs = ["create", "delete", "get", "patch", "update"], ApiGroups = [""], Resources = ["pods/proxy", "services/proxy"] },
            // Whoever may run commands in a pod may see what it sees of the network.
            new() { Verbs = ["create"], ApiGroups = [""], Resources = ["pods/eviction", "pods/network"] },
            new() { Verbs = ["patch", "update"], ApiGroups = ["", "apps"], Resources = ["*/scale"] },
            new() { Verbs = ["impersonate"], ApiGroups = [""], Resources = ["serviceaccounts"] },
        ]),
        Part("view",
        [
            .. Rules(s_read, kind => kind.Group != RoleBindings.Group && kind.Kind != "Secret"),
            new() { Verbs = s_read, ApiGroups = [""], Resources = ["namespaces", "namespaces/status", "pods/log"] },
            new() { Verbs = ["get"], ApiGroups = ["", "apps"], Resources = ["*/scale"] },
            new() { Verbs = ["get", "list"], ApiGroups = [Model.Metrics.MetricsKinds.Group], Resources = ["pods", "volumes"] },
        ]),
    ];

    public static IReadOnlyList<V1ClusterRoleBinding> Bindings { get; } =
    [
        Binding("cluster-admin", WellKnown.AdminGroup),
        Binding("system:discovery", "system:authenticated"),
        Binding("system:service-account-issuer-discovery", "system:serviceaccounts"),
        Binding("system:monitoring", "system:monitoring"),
        Binding("system:basic-user", "system:authenticated"),
        Binding("system:public-info-viewer", "system:authenticated", "system:unauthenticated"),
    ];

    private static V1ClusterRole Role(string name, params V1PolicyRule[] rules) => new()
    {
        Metadata = Metadata(name), Rules = rules,
    };

    private static V1ClusterRole Part(string of, V1PolicyRule[] rules)
    {
        var role = Role($"system:aggregate-to-{of}", rules);
        role.Metadata.Labels[$"{Aggregate}{of}"] = "true";
        return role;
    }

    private static V1ClusterRole Aggregated(string name, params string[] parts) => new()
    {
        Metadata = Metadata(name),
        AggregationRule = new() { ClusterRoleSelectors = [.. parts.Select(part => new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [$"{Aggregate}{part}"] = "true" } })] },
        Rules = [],
    };

    /// <summary>One rule for each group, of the namespaced kinds that are meant, with their statuses to read.</summary>
    private static IEnumerable<V1PolicyRule> Rules(string[] verbs, Func<ResourceKind, bool> meant) =>
        from kind in Catalog.All
        where kind.Namespaced && meant(kind)
        group kind by kind.Group into kinds
        select new V1PolicyRule
        {
            Verbs = verbs,
            ApiGroups = [kinds.Key],
            Resources = [.. kinds.SelectMany(kind => verbs == s_read && kind.HasSubresource("status") ? [kind.Plural, $"{kind.Plural}/status"] : new[] { kind.Plural }).Order(StringComparer.Ordinal)],
        };

    private static V1ClusterRoleBinding Binding(string role, params string[] groups) => new()
    {
        Metadata = Metadata(role),
        RoleRef = new() { ApiGroup = RoleBindings.Group, Kind = "ClusterRole", Name = role },
        Subjects = [.. groups.Select(group => new Rbacv1Subject { ApiGroup = RoleBindings.Group, Kind = "Group", Name = group })],
    };

    private static V1ObjectMeta Metadata(string name) => new()
    {
        Name = name,
        Labels = new Dictionary<string, string> { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        Annotations = new Dictionary<string, string> { [AutoUpdate] = "true" },
    };
}
