using Orchestrator.Controller.Serving;

namespace Orchestrator.Controller.Security.Rbac;

/// <summary>What somebody wants to do, as rules are written about it.</summary>
/// <param name="Verb">get, list, create, …</param>
/// <param name="Group">API group; empty for the core one.</param>
/// <param name="Resource">Plural name, with the subresource after a slash (<c>pods/log</c>).</param>
/// <param name="Namespace">Null at the cluster scope, and for all namespaces.</param>
/// <param name="Name">Null where no object is named.</param>
internal sealed record AccessRequest(string Verb, string Group, string Resource, string? Namespace, string? Name)
{
    /// <summary>Set, and the others but the verb empty, for a path that is no resource's.</summary>
    public string? Path { get; init; }

    public static AccessRequest OfPath(string verb, string path) => new(verb, "", "", null, null) { Path = path };

    public static AccessRequest Of(ApiRequest request) => new(
        request.Verb, request.Served.Group, request.Subresource is null ? request.Served.Plural : $"{request.Served.Plural}/{request.Subresource}",
        request.Namespace, request.Name);
}
