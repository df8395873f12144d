using Orchestrator.Controller.Serving.Views;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving;

/// <summary>A request as the API understands it: what is to be done to what.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete or deletecollection.</param>
/// <param name="Kind">The kind addressed, as it is stored.</param>
/// <param name="Namespace">Null for all namespaces, and for kinds without.</param>
/// <param name="Name">Null where a collection is addressed.</param>
/// <param name="Subresource">Null for the object itself.</param>
/// <param name="View">The other form that the client sees; null for the stored one.</param>
internal sealed record ApiRequest(string Verb, ResourceKind Kind, string? Namespace, string? Name, string? Subresource, KindView? View = null)
{
    /// <summary>The kind as the client knows it.</summary>
    public ResourceKind Served => View?.Served ?? Kind;

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path.</param>
    /// <param name="watch">The query asks to watch.</param>
    /// <param name="find">The kind served under a group, a version and a plural.</param>
    /// <summary>Reads a path such as <c>/apis/apps/v1/namespaces/shop/deployments/web/status</c>; null when it addresses no served kind.</summary>
    public static ApiRequest? Parse(string method, string path, bool watch, Func<string, string, string, (ResourceKind Kind, KindView? View)?> find)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, version, rest) = parts switch
        {
            ["api", var v, ..] => ("", v, parts[2..]),
            ["apis", var g, var v, ..] => (g, v, parts[3..]),
            _ => ("", "", []),
        };
        string? @namespace = null;
        // /namespaces/x and its own subresources address the Namespace; anything longer lies inside it.
        if (rest is ["namespaces", var ns, var inner, ..] && !(rest.Length == 3 && inner is "status" or "finalize" && group.Length == 0))
        {
            (@namespace, rest) = (ns, rest[2..]);
        }
        // What follows proxy is the pod's own path.
        if (rest is [_, _, "proxy", ..])
        {
            rest = rest[..3];
        }
        if (rest.Length is 0 or > 3)
        {
            return null;
        }
        if (find(group, version, rest[0]) is not var (kind, view) || (@namespace is not null && !kind.Namespaced))
        {
            return null;
        }
        var (name, sub) = (rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
        if ((sub is not null && !kind.HasSubresource(sub)) || (name is not null && kind.Namespaced && @namespace is null))
        {
            return null;
        }
        var verb = (method, name) switch
        {
            // The answer to a HEAD has no body that could go on: a watch would keep the connection for nothing.
            ("GET" or "HEAD", null) => watch && method == "GET" ? "watch" : "list",
            ("GET" or "HEAD", _) => watch && method == "GET" && sub is null ? "watch" : "get",
            ("POST", _) => "create",
            ("PUT", _) => "update",
            ("PATCH", _) => "patch",
            ("DELETE", null) => "deletecollection",
            ("DELETE", _) => "delete",
            _ => throw ApiException.MethodNotAllowed(),
        };
        return new(verb, kind, @namespace, name, sub, view);
    }
}
