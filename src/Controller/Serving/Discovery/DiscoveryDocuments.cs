using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;
using Orchestrator.Model.Reviews;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Serving.Discovery;

/// <summary>What clients ask first: which groups, versions and kinds there are. Legacy and aggregated forms.</summary>
internal sealed class DiscoveryDocuments(IEnumerable<ResourceKind> kinds)
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private static readonly string[] ReviewVerbs = ["create"];
    private static readonly string[] MetricsVerbs = ["get", "list"];

    private readonly ResourceKind[] _served = [.. kinds, ComponentStatusPaths.Kind, .. MetricsKinds.All, .. ReviewKinds.All, PlacementReviewKind.Kind];

    public static JsonObject CoreVersions() => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(),
    };

    public JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupNames().Select(Group)]),
    };

    /// <summary>One group; null when it isn't served.</summary>
    public JsonObject? FindGroup(string name)
    {
        if (!GroupNames().Contains(name))
        {
            return null;
        }
        var group = Group(name);
        group["kind"] = "APIGroup";
        group["apiVersion"] = "v1";
        return group;
    }

    /// <summary>The kinds of a group's version; null when it isn't served.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var kinds = _served.Where(kind => kind.Group == group && kind.Version == version).ToArray();
        return kinds.Length == 0 ? null : new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = kinds[0].ApiVersion,
            ["resources"] = new JsonArray([.. kinds.SelectMany(Resources)]),
        };
    }

    /// <summary><c>apidiscovery.k8s.io/v2</c>: all in one answer.</summary>
    public JsonObject Aggregated(bool core) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. (core ? [""] : GroupNames()).Select(AggregatedGroup)]),
    };

    private IEnumerable<string> GroupNames() => _served.Select(kind => kind.Group).Where(group => group.Length > 0).Distinct().Order(StringComparer.Ordinal);

    private JsonObject Group(string name)
    {
        var versions = _served.Where(kind => kind.Group == name).Select(kind => kind.Version).Distinct().ToArray();
        return new()
        {
            ["name"] = name,
            ["versions"] = new JsonArray([.. versions.Select(version => Version(name, version))]),
            ["preferredVersion"] = Version(name, versions[0]),
        };
    }

    private static JsonObject Version(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private static IEnumerable<JsonObject> Resources(ResourceKind kind)
    {
        var main = new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = Texts(VerbsOf(kind)),
        };
        if (kind.ShortNames.Length > 0)
        {
            main["shortNames"] = Texts(kind.ShortNames);
        }
        if (kind.Categories.Length > 0)
        {
            main["categories"] = Texts(kind.Categories);
        }
        yield return main;
        foreach (var name in kind.Subresources)
        {
            var response = ResponseKind(kind, name);
            yield return new()
            {
                ["name"] = $"{kind.Plural}/{name}",
                ["singularName"] = "",
                ["namespaced"] = kind.Namespaced,
                ["kind"] = response.Kind,
                ["group"] = response.Group,
                ["version"] = response.Version,
                ["verbs"] = Texts(SubresourceVerbs(kind, name)),
            };
        }
    }

    private JsonObject AggregatedGroup(string group) => new()
    {
        ["metadata"] = group.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group },
        ["versions"] = new JsonArray([.. _served.Where(kind => kind.Group == group).GroupBy(kind => kind.Version).Select(version => new JsonObject
        {
            ["version"] = version.Key,
            ["freshness"] = "Current",
            ["resources"] = new JsonArray([.. version.Select(AggregatedResource)]),
        })]),
    };

    private static JsonObject AggregatedResource(ResourceKind kind) => new()
    {
        ["resource"] = kind.Plural,
        ["responseKind"] = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind },
        ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
        ["singularResource"] = kind.Singular,
        ["shortNames"] = Texts(kind.ShortNames),
        ["categories"] = Texts(kind.Categories),
        ["verbs"] = Texts(VerbsOf(kind)),
        ["subresources"] = new JsonArray([.. kind.Subresources.Select(name =>
        {
            var response = ResponseKind(kind, name);
            return new JsonObject
            {
                ["subresource"] = name,
                ["responseKind"] = new JsonObject { ["group"] = response.Group, ["version"] = response.Version, ["kind"] = response.Kind },
                ["verbs"] = Texts(SubresourceVerbs(kind, name)),
            };
        })]),
    };

    private static string[] VerbsOf(ResourceKind kind) => kind.Group switch
    {
        "" when kind == ComponentStatusPaths.Kind => MetricsVerbs,
        MetricsKinds.Group => MetricsVerbs,
        PlacementReviewKind.Group or ReviewKinds.AuthorizationGroup or ReviewKinds.AuthenticationGroup => ReviewVerbs,
        _ => Verbs,
    };

    private static (string Group, string Version, string Kind) ResponseKind(ResourceKind kind, string subresource) => subresource switch
    {
        "scale" => ("autoscaling", "v1", "Scale"),
        "binding" => ("", "v1", "Binding"),
        "eviction" => ("policy", "v1", "Eviction"),
        "token" => ("authentication.k8s.io", "v1", "TokenRequest"),
        "exec" => ("", "v1", "PodExecOptions"),
        "attach" => ("", "v1", "PodAttachOptions"),
        "portforward" => ("", "v1", "PodPortForwardOptions"),
        "proxy" => ("", "v1", $"{kind.Kind}ProxyOptions"),
        _ => (kind.Group, kind.Version, kind.Kind),
    };

    private static string[] SubresourceVerbs(ResourceKind kind, string name) => name switch
    {
        "binding" or "eviction" or "network" or "token" => ["create"],
        "log" or "tunnel" => ["get"],
        "finalize" => ["update"],
        "exec" or "attach" or "portforward" => ["create", "get"],
        "proxy" when kind.Kind == "Node" => ["get"],
        "proxy" => ["create", "delete", "get", "patch", "update"],
        _ => ["get", "patch", "update"],
    };

    private static JsonArray Texts(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode)item)]);
}
