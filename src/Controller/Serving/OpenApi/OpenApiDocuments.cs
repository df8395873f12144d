using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Views;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>
/// OpenAPI v3 documents, one a group and version, made from the model: what kubectl needs to validate, explain and patch. Made when first
/// asked for.
/// </summary>
internal static class OpenApiDocuments
{
    private static readonly ConcurrentDictionary<string, byte[]> Made = new(StringComparer.Ordinal);

    /// <summary>The index: where each document lies, with its hash for caches.</summary>
    public static JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var path in KindViews.Served.Select(Path).Distinct())
        {
            var hash = Convert.ToHexString(SHA256.HashData(Document(path)!)); // Every catalogue path has one.
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }
        return new() { ["paths"] = paths };
    }

    /// <summary>The document of <c>api/v1</c> or <c>apis/apps/v1</c>; null when it isn't served.</summary>
    public static byte[]? Document(string path) =>
        KindViews.Served.Any(kind => Path(kind) == path) ? Made.GetOrAdd(path, static key => ModelJson.Encode(Build(key))) : null;

    private static string Path(ResourceKind kind) => kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";

    private static JsonObject Build(string path)
    {
        var schemas = new SchemaSet();
        var paths = new JsonObject();
        foreach (var kind in KindViews.Served.Where(kind => Path(kind) == path))
        {
            schemas.AddKind(kind);
            var collection = kind.Namespaced ? $"/{path}/namespaces/{{namespace}}/{kind.Plural}" : $"/{path}/{kind.Plural}";
            paths[collection] = new JsonObject { ["get"] = Operation(kind, "list"), ["post"] = Operation(kind, "post") };
            paths[collection + "/{name}"] = new JsonObject
            {
                ["get"] = Operation(kind, "get"),
                ["put"] = Operation(kind, "put"),
                ["patch"] = Operation(kind, "patch"),
                ["delete"] = Operation(kind, "delete"),
            };
        }
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Orchestrator", ["version"] = "v1.32.0" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.ToJson() },
        };
    }

    private static JsonObject Operation(ResourceKind kind, string action)
    {
        var parameters = new JsonArray();
        if (action is "post" or "put" or "patch")
        {
            foreach (var name in new[] { "dryRun", "fieldManager", "fieldValidation" })
            {
                parameters.Add((JsonNode)new JsonObject
                {
                    ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
                });
            }
        }
        var operation = new JsonObject
        {
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "OK",
                    ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = SchemaSet.Reference(kind.ClrType) } },
                },
            },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = SchemaSet.GroupVersionKind(kind),
        };
        if (action is "post" or "put")
        {
            operation["requestBody"] = Body(kind, "*/*");
        }
        else if (action == "patch")
        {
            operation["requestBody"] = Body(kind, "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json");
        }
        return operation;
    }

    private static JsonObject Body(ResourceKind kind, params string[] types)
    {
        var content = new JsonObject();
        foreach (var type in types)
        {
            content[type] = new JsonObject { ["schema"] = SchemaSet.Reference(kind.ClrType) };
        }
        return new() { ["content"] = content, ["required"] = true };
    }
}
