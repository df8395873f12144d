using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Reviews;

namespace Orchestrator.Controller.Serving.Reviews;

/// <summary>Access reviews: create only; nothing is written.</summary>
internal sealed class ReviewPaths(Authorizer authorizer, RoleBindings bindings, AccountTokens tokens)
{
    /// <returns>False when the path is another.</returns>
    public async Task<bool> HandleAsync(HttpContext http, string path, User user)
    {
        if (Parse(path) is not var (kind, @namespace))
        {
            return false;
        }
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            throw ApiException.MethodNotAllowed();
        }
        authorizer.Authorize(user, new("create", kind, @namespace, null, null), () => null);
        var duplicates = new List<string>();
        var tree = JsonTree.ParseObject(await CreateVerb.ReadAsync(http).ConfigureAwait(false), duplicates);
        AdmissionChain.CheckShape(kind, tree, duplicates, QueryOptions.Write(http));
        object review;
        try
        {
            review = ModelJson.Decode(tree, kind.ClrType);
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest($"{kind.Kind} in version \"v1\" cannot be handled as a {kind.Kind}: {problem.Message}");
        }
        tree["apiVersion"] = kind.ApiVersion;
        tree["kind"] = kind.Kind;
        tree["metadata"] ??= new JsonObject();
        tree["status"] = ModelJson.ToTree(review is V1TokenReview token ? await TokenAsync(token).ConfigureAwait(false) : Answer(review, user, @namespace));
        await JsonResponse.WriteAsync(http, StatusCodes.Status201Created, tree).ConfigureAwait(false);
        return true;
    }

    private static (ResourceKind Kind, string? Namespace)? Parse(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["apis", var group, "v1", "namespaces", var ns, var plural] => Find(group, plural, namespaced: true) is { } kind ? (kind, ns) : null,
        ["apis", var group, "v1", var plural] => Find(group, plural, namespaced: false) is { } kind ? (kind, null) : null,
        _ => null,
    };

    private static ResourceKind? Find(string group, string plural, bool namespaced) =>
        ReviewKinds.All.FirstOrDefault(kind => kind.Group == group && kind.Plural == plural && kind.Namespaced == namespaced);

    private object Answer(object review, User user, string? @namespace)
    {
        switch (review)
        {
            case V1SelfSubjectReview:
                return new V1SelfSubjectReviewStatus { UserInfo = Info(user) };
            case V1SelfSubjectRulesReview rules:
                return Rules(user, rules.Spec?.NamespaceProperty is { Length: > 0 } asked ? asked : throw Invalid(ReviewKinds.SelfSubjectRules, "spec.namespace", "no namespace on request"));
            case V1SelfSubjectAccessReview self:
                return Access(ReviewKinds.SelfSubjectAccess, user, self.Spec?.ResourceAttributes, self.Spec?.NonResourceAttributes);
            case V1LocalSubjectAccessReview local:
                if (local.Spec?.ResourceAttributes is not { } attributes || attributes.NamespaceProperty != @namespace)
                {
                    throw Invalid(ReviewKinds.LocalSubjectAccess, "spec.resourceAttributes.namespace", $"must match the namespace of the request, {@namespace}");
                }
                return Access(ReviewKinds.LocalSubjectAccess, Subject(ReviewKinds.LocalSubjectAccess, local.Spec), attributes, null);
            default:
                var subject = (V1SubjectAccessReview)review;
                return Access(ReviewKinds.SubjectAccess, Subject(ReviewKinds.SubjectAccess, subject.Spec), subject.Spec.ResourceAttributes, subject.Spec.NonResourceAttributes);
        }
    }

    private async Task<V1TokenReviewStatus> TokenAsync(V1TokenReview review)
    {
        if (string.IsNullOrEmpty(review.Spec?.Token))
        {
            throw Invalid(ReviewKinds.TokenReview, "spec.token", "token is required for TokenReview in authentication");
        }
        var (user, audiences, problem) = await tokens.CheckAsync(review.Spec.Token, [.. review.Spec.Audiences ?? []]).ConfigureAwait(false);
        return user is null
            ? new() { Authenticated = false, Error = problem, User = new() }
            : new() { Authenticated = true, User = Info(user), Audiences = [.. audiences] };
    }

    private static V1UserInfo Info(User user) => new()
    {
        Username = user.Name, Groups = [.. user.Groups], Uid = user.Uid.Length > 0 ? user.Uid : null,
        Extra = user.Extra.IsEmpty ? null : user.Extra.ToDictionary(pair => pair.Key, pair => (IList<string>)[.. pair.Value]),
    };

    private static User Subject(ResourceKind kind, V1SubjectAccessReviewSpec? spec) => string.IsNullOrEmpty(spec?.User) && spec?.Groups is not { Count: > 0 }
        ? throw Invalid(kind, "spec.user", "at least one of user or group must be specified")
        : new(spec.User ?? "", [.. spec.Groups ?? []]);

    private V1SubjectAccessReviewStatus Access(ResourceKind kind, User user, V1ResourceAttributes? resource, V1NonResourceAttributes? path)
    {
        if ((resource is null) == (path is null))
        {
            throw Invalid(kind, "spec.resourceAttributes", "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }
        var reason = resource is not null
            ? authorizer.Reason(user, resource)
            : authorizer.Reason(user, AccessRequest.OfPath(path!.Verb ?? "", path.Path ?? "")); // One of the two is there.
        return new() { Allowed = reason is not null, Reason = reason };
    }

    private V1SubjectRulesReviewStatus Rules(User user, string @namespace)
    {
        V1PolicyRule[] rules = user.IsIn(WellKnown.AdminGroup)
            ? [new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }, new() { Verbs = ["*"], NonResourceURLs = ["*"] }]
            : [.. bindings.Held(user, @namespace).SelectMany(role => role.Rules)];
        return new()
        {
            ResourceRules = [.. rules.Where(rule => rule.NonResourceURLs is not { Count: > 0 })
                .Select(rule => new V1ResourceRule { Verbs = rule.Verbs, ApiGroups = rule.ApiGroups, Resources = rule.Resources, ResourceNames = rule.ResourceNames })],
            NonResourceRules = [.. rules.Where(rule => rule.NonResourceURLs is { Count: > 0 }).Select(rule => new V1NonResourceRule { Verbs = rule.Verbs, NonResourceURLs = rule.NonResourceURLs })],
            // What a node may do with its own pods is not written as rules.
            Incomplete = user.IsIn(WellKnown.NodeGroup),
        };
    }

    private static ApiException Invalid(ResourceKind kind, string field, string detail)
    {
        var errors = new FieldErrors();
        errors.Invalid(field, "", detail);
        try
        {
            errors.ThrowIfAny(kind, "");
        }
        catch (ApiException problem)
        {
            return problem;
        }
        throw new InvalidOperationException("there is an error");
    }
}
