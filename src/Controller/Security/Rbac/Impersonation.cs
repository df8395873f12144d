using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Model;

namespace Orchestrator.Controller.Security.Rbac;

/// <summary>Acting as somebody else, for who may: the headers <c>Impersonate-User</c> and <c>Impersonate-Group</c> (<c>kubectl --as</c>, <c>--as-group</c>).</summary>
internal sealed class Impersonation(RoleBindings bindings)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string Everyone = "system:authenticated";

    /// <returns>Who the request counts as.</returns>
    /// <exception cref="ApiException">Forbidden; or a header is wrong.</exception>
    public User Apply(HttpContext http, User user)
    {
        var headers = http.Request.Headers;
        var (name, groups) = ((string?)headers[UserHeader], headers[GroupHeader].OfType<string>().Where(group => group.Length > 0).ToArray());
        if (headers.Keys.FirstOrDefault(header => header.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)
            && !header.Equals(UserHeader, StringComparison.OrdinalIgnoreCase) && !header.Equals(GroupHeader, StringComparison.OrdinalIgnoreCase)) is { } unknown)
        {
            throw ApiException.BadRequest($"{unknown}: Unsupported value: only {UserHeader} and {GroupHeader} are served");
        }
        if (string.IsNullOrEmpty(name))
        {
            return groups.Length == 0 ? user : throw ApiException.BadRequest($"requested groups without impersonating a user: {UserHeader} is needed");
        }
        if (name.StartsWith(AccountTokens.AccountPrefix, StringComparison.Ordinal) && name[AccountTokens.AccountPrefix.Length..].Split(':') is [var @namespace, var account])
        {
            Require(user, new("impersonate", "", "serviceaccounts", @namespace, account));
            groups = groups.Length > 0 ? groups : ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}"];
        }
        else
        {
            Require(user, new("impersonate", "", "users", null, name));
        }
        foreach (var group in groups)
        {
            if (headers[GroupHeader].Contains(group))
            {
                Require(user, new("impersonate", "", "groups", null, group));
            }
        }
        return new(name, [.. groups.Append(Everyone).Distinct()]);
    }

    private void Require(User user, AccessRequest request)
    {
        if (user.IsAnonymous)
        {
            throw ApiException.Unauthorized();
        }
        if (!user.IsIn(WellKnown.AdminGroup) && bindings.Allow(user, request) is null)
        {
            throw ApiException.ForbiddenPath($"{request.Resource} \"{request.Name}\" is forbidden: User \"{user.Name}\" cannot impersonate resource \"{request.Resource}\" in API group \"\""
                + (request.Namespace is null ? " at the cluster scope" : $" in the namespace \"{request.Namespace}\""));
        }
    }
}
