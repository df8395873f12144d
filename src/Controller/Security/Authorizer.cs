using k8s.Models;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Serving;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Security;

/// <summary>
/// Who may do what. Everything is refused that no rule allows: administrators may do all, a joining machine may ask for its certificate, an
/// agent may do what its own node and its own pods need, anybody else what roles say.
/// </summary>
internal sealed class Authorizer(ObjectCache cache, RoleBindings bindings)
{
    private const string Administrator = $"in the group {WellKnown.AdminGroup}";

    /// <exception cref="ApiException">Forbidden (or Unauthorized, for one who showed no credential).</exception>
    public void Authorize(User user, ApiRequest request, Func<string?> fieldSelector)
    {
        if (Reason(user, request, fieldSelector) is not null)
        {
            return;
        }
        if (user.IsAnonymous)
        {
            throw ApiException.Unauthorized();
        }
        var what = request.Subresource is null ? request.Kind.Plural : $"{request.Kind.Plural}/{request.Subresource}";
        var where = request.Namespace is null ? " at the cluster scope" : $" in the namespace \"{request.Namespace}\"";
        throw ApiException.Forbidden(request.Kind, request.Name,
            $"User \"{user.Name}\" cannot {request.Verb} resource \"{what}\" in API group \"{request.Kind.Group}\"{where}");
    }

    /// <returns>Why it is allowed, or null; as an access review asks, so of what is served and of what is not.</returns>
    public string? Reason(User user, V1ResourceAttributes asked)
    {
        var (group, resource, ns, name) = (asked.Group ?? "", asked.Resource ?? "", NullIfEmpty(asked.NamespaceProperty), NullIfEmpty(asked.Name));
        return Catalog.All.FirstOrDefault(kind => kind.Group == group && kind.Plural == resource) is { } served
            ? Reason(user, new ApiRequest(asked.Verb ?? "", served, ns, name, NullIfEmpty(asked.Subresource)), () => null)
            : Reason(user, new AccessRequest(asked.Verb ?? "", group, string.IsNullOrEmpty(asked.Subresource) ? resource : $"{resource}/{asked.Subresource}", ns, name));
    }

    /// <returns>Why it is allowed, or null.</returns>
    public string? Reason(User user, AccessRequest request) =>
        user.IsAnonymous ? null : user.IsIn(WellKnown.AdminGroup) ? Administrator : bindings.Allow(user, request);

    private string? Reason(User user, ApiRequest request, Func<string?> fieldSelector) =>
        user.IsAnonymous ? null
        : user.IsIn(WellKnown.AdminGroup) ? Administrator
        : AllowsMachine(user, request, fieldSelector) ? "the rules of agents and of those that join"
        : bindings.Allow(user, AccessRequest.Of(request));

    private bool AllowsMachine(User user, ApiRequest request, Func<string?> fieldSelector)
    {
        if (request.Kind.Kind == "CertificateSigningRequest" && request.Subresource is null
            && (user.IsIn(WellKnown.BootstrapGroup) || user.IsIn(WellKnown.NodeGroup)))
        {
            return request.Verb == "create" || (request.Verb is "get" or "watch" && request.Name is not null && IsOwnRequest(user, request.Name));
        }
        return user.IsIn(WellKnown.NodeGroup) && user.Name.StartsWith(WellKnown.NodeUserPrefix, StringComparison.Ordinal)
            && AllowsNode(user.Name[WellKnown.NodeUserPrefix.Length..], request, fieldSelector);
    }

    private bool IsOwnRequest(User user, string name) =>
        cache.Get(new("certificatesigningrequests.certificates.k8s.io", "", name))?.Decode<V1CertificateSigningRequest>() is not { } item
        || item.Spec.Username == user.Name;

    private bool AllowsNode(string node, ApiRequest request, Func<string?> fieldSelector) => (request.Kind.Kind, request.Subresource) switch
    {
        ("Node", "tunnel") => request.Name == node,
        ("Node", null) when request.Verb == "create" => true, // The body's name is held against the user's by NodeRestriction.
        // Routes lead to the pods of all nodes.
        ("Node", null) when request.Verb is "list" or "watch" => true,
        ("Node", null or "status") => request.Name == node && request.Verb is "get" or "update" or "patch",
        ("Lease", null) => request.Namespace == WellKnown.LeaseNamespace
            && (request.Name == node ? request.Verb is "get" or "update" or "patch" : request is { Verb: "create", Name: null }),
        ("Pod", null) when request.Verb is "list" or "watch" && request.Name is null => Requires(fieldSelector(), "spec.nodeName", node),
        ("Pod", null) when request.Verb is "get" or "delete" => RunsOn(request, node),
        ("Pod", null) when request.Verb == "create" => request.Namespace is not null, // The body is held against the node's DaemonSets by NodeRestriction.
        ("DaemonSet", null) => request.Verb is "get" or "list" or "watch",
        ("Pod", "status") => request.Verb is "get" or "update" or "patch" && RunsOn(request, node),
        ("PersistentVolumeClaim", null) => request.Verb == "get" && NodeReferences.Exists(cache, node, request.Kind, request.Namespace!, request.Name!), // A get names both.
        ("PersistentVolume", null) when request.Verb is "list" or "watch" && request.Name is null => Requires(fieldSelector(), VolumeNames.NodeField, node),
        ("PersistentVolume", null) when request.Verb == "get" => KeepsVolume(request, node) || NodeReferences.UsesVolume(cache, node, request.Name!), // A get names it.
        ("PersistentVolume", null) when request.Verb is "update" or "patch" => KeepsVolume(request, node), // What changes is held against what it may by NodeRestriction.
        ("ConfigMap" or "Secret", null) => request.Verb == "get" && NodeReferences.Exists(cache, node, request.Kind, request.Namespace!, request.Name!), // A get names both.
        ("ServiceAccount", "token") => request.Verb == "create", // What it is bound to is held against the node's pods where it is made.
        // Every node sends to every service.
        ("Service" or "EndpointSlice", null) => request.Verb is "get" or "list" or "watch",
        ("RuntimeClass", null) => request.Verb is "get" or "list" or "watch",
        ("Event", null) => request.Verb is "create" or "update" or "patch",
        _ => false,
    };

    private bool RunsOn(ApiRequest request, string node) =>
        // An object that is gone is answered with NotFound, not Forbidden.
        cache.Get(ObjectKey.Of(request.Kind, request.Namespace, request.Name!)) is not { } pod // Only asked for named requests.
        || pod.Encoded.FieldValues[request.Kind.SelectableFields.IndexOf("spec.nodeName")] == node;

    private bool KeepsVolume(ApiRequest request, string node) =>
        // An object that is gone is answered with NotFound, not Forbidden.
        cache.Get(ObjectKey.Of(request.Kind, null, request.Name!)) is not { } volume // Only asked for named requests.
        || volume.Encoded.FieldValues[request.Kind.SelectableFields.IndexOf(VolumeNames.NodeField)] == node;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool Requires(string? selector, string field, string value)
    {
        try
        {
            return FieldSelector.Parse(selector).Required(field) == value;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
