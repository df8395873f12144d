using System.Text.Json.Nodes;

namespace Orchestrator.Model.Json;

/// <summary>Fields of a body that no kind's type is read into. One that is there is of its type, or refused by its name.</summary>
public static class JsonFields
{
    /// <summary>A field, however deep; null when it, or what it would be in, is not there.</summary>
    /// <param name="body">The body, or an object in it.</param>
    /// <param name="path">Names with dots between them.</param>
    /// <exception cref="ApiException">BadRequest: something on the way is no object.</exception>
    public static JsonNode? Find(JsonObject body, string path)
    {
        JsonNode? node = body;
        var at = "";
        foreach (var name in path.Split('.'))
        {
            if (node is null)
            {
                return null;
            }
            node = node is JsonObject parent ? parent[name] : throw Wrong(at, "an object");
            at = at.Length == 0 ? name : $"{at}.{name}";
        }
        return node;
    }

    /// <exception cref="ApiException">BadRequest: it is no text.</exception>
    public static string? Text(JsonObject body, string path) => Text(Find(body, path), path);

    /// <exception cref="ApiException">BadRequest: it is no text.</exception>
    public static string? Text(JsonNode? node, string path) => node is null ? null
        : node is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong(path, "text");

    /// <exception cref="ApiException">BadRequest: it is neither true nor false.</exception>
    public static bool? Flag(JsonObject body, string path) => Find(body, path) is not { } node ? null
        : node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : throw Wrong(path, "true or false");

    /// <exception cref="ApiException">BadRequest: it is no object.</exception>
    public static JsonObject? Object(JsonObject body, string path) => Find(body, path) is not { } node ? null : node as JsonObject ?? throw Wrong(path, "an object");

    /// <exception cref="ApiException">BadRequest: it is no list.</exception>
    public static JsonArray? List(JsonObject body, string path) => Find(body, path) is not { } node ? null : node as JsonArray ?? throw Wrong(path, "a list");

    private static ApiException Wrong(string path, string what) => ApiException.BadRequest($"{path}: Invalid value: must be {what}");
}
