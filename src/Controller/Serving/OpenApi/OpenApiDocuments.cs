using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>
/// OpenAPI documents made from the model: version 3, one a group and version, which kubectl validates, explains and patches by, and version 2, one
/// for all. Made when first asked for; those with custom resources each time.
/// </summary>
internal static class OpenApiDocuments
{
    private static readonly ConcurrentDictionary<string, byte[]> Made = new(StringComparer.Ordinal);

    /// <summary>The index: where each document lies, with its hash for caches.</summary>
    public static JsonObject Index(ServedKinds kinds)
    {
        var paths = new JsonObject();
        foreach (var path in kinds.Served.Select(Path).Distinct())
        {
            var hash = Convert.ToHexString(SHA256.HashData(Document(kinds, path)!)); // Every served path has one.
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }
        return new() { ["paths"] = paths };
    }

    /// <summary>The document of <c>api/v1</c> or <c>apis/apps/v1</c>; null when it isn't served.</summary>
    public static byte[]? Document(ServedKinds kinds, string path)
    {
        ResourceKind[] served = [.. kinds.Served.Where(kind => Path(kind) == path)];
        return served.Length == 0 ? null
            : served.Any(kind => kind is CustomResourceKind) ? ModelJson.Encode(Version3(path, served))
            : Made.GetOrAdd(path, static (key, found) => ModelJson.Encode(Version3(key, found)), served);
    }

    /// <summary>All kinds in one document of version 2.</summary>
    public static JsonObject Version2(ServedKinds kinds)
    {
        var schemas = new SchemaSet(SchemaSet.Version2);
        var paths = new JsonObject();
        foreach (var kind in kinds.Served)
        {
            schemas.AddKind(kind);
            AddPaths(paths, kind, $"/{Path(kind)}", (action, list) => Operation2(schemas, kind, action, list));
        }
        schemas.Add(typeof(k8s.Models.V1Status));
        schemas.Add(typeof(k8s.Models.V1DeleteOptions));
        return new() { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths, ["definitions"] = schemas.ToJson() };
    }

    private static string Path(ResourceKind kind) => kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = "v1.32.0" };

    private static JsonObject Version3(string path, ResourceKind[] kinds)
    {
        var schemas = new SchemaSet(SchemaSet.Version3);
        var paths = new JsonObject();
        foreach (var kind in kinds)
        {
            schemas.AddKind(kind);
            AddPaths(paths, kind, $"/{path}", (action, list) => Operation3(schemas, kind, action, list));
        }
        schemas.Add(typeof(k8s.Models.V1Status));
        schemas.Add(typeof(k8s.Models.V1DeleteOptions));
        return new() { ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = schemas.ToJson() } };
    }

    private static void AddPaths(JsonObject paths, ResourceKind kind, string root, Func<string, bool, JsonObject> operation)
    {
        var collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
        if (kind.Namespaced)
        {
            paths[$"{root}/{kind.Plural}"] = new JsonObject { ["get"] = operation("list", true) };
        }
        paths[collection] = new JsonObject { ["get"] = operation("list", true), ["post"] = operation("post", false), ["delete"] = operation("deletecollection", false) };
        foreach (var item in new[] { "/{name}" }.Concat(kind.HasSubresource("status") ? ["/{name}/status"] : []))
        {
            paths[collection + item] = new JsonObject { ["get"] = operation("get", false), ["put"] = operation("put", false), ["patch"] = operation("patch", false) };
        }
        paths[collection + "/{name}"]!["delete"] = operation("delete", false); // Just made.
    }

    private static JsonObject Operation3(SchemaSet schemas, ResourceKind kind, string action, bool list)
    {
        var operation = Operation(kind, action, static name => new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } });
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Content(schemas.Reference(Answer(kind, action, list)), "application/json") },
        };
        if (Bodies(kind, action) is { } types)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content(schemas.Reference(SchemaNames.Of(kind)), types), ["required"] = true };
        }
        return operation;
    }

    private static JsonObject Operation2(SchemaSet schemas, ResourceKind kind, string action, bool list)
    {
        var operation = Operation(kind, action, static name => new() { ["name"] = name, ["in"] = "query", ["type"] = "string", ["uniqueItems"] = true });
        operation["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["schema"] = schemas.Reference(Answer(kind, action, list)) } };
        operation["produces"] = new JsonArray("application/json");
        if (Bodies(kind, action) is { } types)
        {
            operation["consumes"] = new JsonArray([.. types.Select(type => (JsonNode)type)]);
            operation["parameters"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "body", ["in"] = "body", ["required"] = true, ["schema"] = schemas.Reference(SchemaNames.Of(kind)) }); // Made with parameters.
        }
        return operation;
    }

    private static JsonObject Operation(ResourceKind kind, string action, Func<string, JsonObject> parameter)
    {
        string[] names = action switch
        {
            "patch" => ["dryRun", "fieldManager", "fieldValidation", "force"],
            "post" or "put" => ["dryRun", "fieldManager", "fieldValidation"],
            "delete" or "deletecollection" => ["dryRun", "gracePeriodSeconds", "propagationPolicy"],
            "list" => ["allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"],
            _ => [],
        };
        return new()
        {
            ["parameters"] = new JsonArray([.. names.Select(parameter)]),
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = SchemaSet.GroupVersionKind(kind),
        };
    }

    private static string Answer(ResourceKind kind, string action, bool list) =>
        action is "delete" or "deletecollection" ? SchemaNames.Of(typeof(k8s.Models.V1Status)) : list ? SchemaNames.Of(kind) + "List" : SchemaNames.Of(kind);

    /// <summary>Clients choose by it how they patch: a custom resource has no strategic merge.</summary>
    private static string[]? Bodies(ResourceKind kind, string action) => action switch
    {
        "post" or "put" => ["*/*"],
        "patch" when kind is CustomResourceKind => ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"],
        "patch" => ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"],
        _ => null,
    };

    private static JsonObject Content(JsonObject schema, params string[] types) =>
        new(types.Select(type => KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = schema.DeepClone() })));
}
