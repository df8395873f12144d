using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Security.Rbac;

/// <summary>Nobody gives away what he has not, neither by writing a role nor by binding one. Source: Kubernetes documentation, "Privilege escalation prevention and bootstrapping".</summary>
internal sealed class RoleEscalation(RoleBindings bindings)
{
    /// <exception cref="ApiException">Forbidden.</exception>
    public void Check(User user, ResourceKind kind, string? @namespace, JsonObject tree)
    {
        if (kind.Group != RoleBindings.Group || user.IsIn(WellKnown.AdminGroup))
        {
            return;
        }
        var name = JsonFields.Text(tree, "metadata.name");
        var (verb, resource, wanted, named) = Wanted(kind, @namespace, tree);
        if (wanted is not { Count: > 0 } || bindings.Allow(user, new(verb, RoleBindings.Group, resource, @namespace, named)) is not null)
        {
            return;
        }
        V1PolicyRule[] owned = [.. bindings.Held(user, @namespace).SelectMany(role => role.Rules)];
        if (PolicyRules.Missing(owned, wanted) is { Count: > 0 } missing)
        {
            throw ApiException.Forbidden(kind, name,
                $"user \"{user.Name}\" (groups=[{string.Join(' ', user.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC permissions not currently held:\n"
                + string.Join('\n', missing.Select(PolicyRules.Show)));
        }
    }

    /// <summary>What is given away, and who may do so without having it: who may <c>escalate</c> the role, or <c>bind</c> it.</summary>
    private (string Verb, string Resource, IList<V1PolicyRule>? Rules, string? Name) Wanted(ResourceKind kind, string? @namespace, JsonObject tree)
    {
        try
        {
            switch (kind.Kind)
            {
                case "Role" or "ClusterRole":
                    var rules = tree["rules"] is { } written ? (IList<V1PolicyRule>)ModelJson.Decode(written, typeof(List<V1PolicyRule>)) : [];
                    // Whatever is aggregated one day is more than anybody can be asked to have, but for who has all.
                    return ("escalate", kind.Plural, tree["aggregationRule"] is null ? rules
                        : [.. rules, new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }, new() { Verbs = ["*"], NonResourceURLs = ["*"] }], JsonFields.Text(tree, "metadata.name"));
                default:
                    var role = (V1RoleRef)ModelJson.Decode(tree["roleRef"] ?? new JsonObject(), typeof(V1RoleRef));
                    return ("bind", role.Kind == "ClusterRole" ? "clusterroles" : "roles", role.Name is null ? null : bindings.Rules(role, @namespace), role.Name);
            }
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest($"{kind.Kind} in version \"v1\" cannot be handled as a {kind.Kind}: {problem.Message}");
        }
    }
}
