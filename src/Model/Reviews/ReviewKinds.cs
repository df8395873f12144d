using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Reviews;

/// <summary>Questions about who may do what: answered when they are posted, never stored, and so no part of the <see cref="Catalog"/>.</summary>
public static class ReviewKinds
{
    public const string AuthorizationGroup = "authorization.k8s.io";
    public const string AuthenticationGroup = "authentication.k8s.io";

    public static ResourceKind SelfSubjectAccess { get; } = Kind(AuthorizationGroup, "SelfSubjectAccessReview", typeof(V1SelfSubjectAccessReview));

    public static ResourceKind SelfSubjectRules { get; } = Kind(AuthorizationGroup, "SelfSubjectRulesReview", typeof(V1SelfSubjectRulesReview));

    public static ResourceKind SubjectAccess { get; } = Kind(AuthorizationGroup, "SubjectAccessReview", typeof(V1SubjectAccessReview));

    public static ResourceKind LocalSubjectAccess { get; } =
        Kind(AuthorizationGroup, "LocalSubjectAccessReview", typeof(V1LocalSubjectAccessReview)) with { Namespaced = true };

    public static ResourceKind SelfSubject { get; } = Kind(AuthenticationGroup, "SelfSubjectReview", typeof(V1SelfSubjectReview));

    public static ResourceKind TokenReview { get; } = Kind(AuthenticationGroup, "TokenReview", typeof(V1TokenReview));

    /// <summary>What is posted to <c>serviceaccounts/token</c>; has no path of its own.</summary>
    public static ResourceKind Token { get; } = Kind(AuthenticationGroup, "TokenRequest", typeof(Authenticationv1TokenRequest));

    public static ImmutableArray<ResourceKind> All { get; } = [SelfSubjectAccess, SelfSubjectRules, SubjectAccess, LocalSubjectAccess, SelfSubject, TokenReview];

    private static ResourceKind Kind(string group, string name, Type type) => new()
    {
        Group = group, Version = "v1", Kind = name, Plural = $"{name.ToLowerInvariant()}s", Singular = name.ToLowerInvariant(), Namespaced = false, ClrType = type,
    };
}
