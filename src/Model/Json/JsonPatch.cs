using System.Globalization;
using System.Text.Json.Nodes;

namespace Orchestrator.Model.Json;

/// <summary>JSON patch, RFC 6902, on a tree. All operations apply or none does.</summary>
public static class JsonPatch
{
    /// <summary>Most operations in one patch, as Kubernetes has it.</summary>
    public const int MaxOperations = 10_000;

    /// <exception cref="ApiException">BadRequest: an operation is malformed, its path doesn't exist, or a test failed (Invalid-like message).</exception>
    public static JsonNode? Apply(JsonNode? target, JsonArray operations)
    {
        if (operations.Count > MaxOperations)
        {
            throw ApiException.BadRequest($"the allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }
        var document = target?.DeepClone();
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i] as JsonObject ?? throw ApiException.BadRequest($"JSON patch operation {i} is not an object");
            document = Apply(document, operation);
        }
        return document;
    }

    private static JsonNode? Apply(JsonNode? document, JsonObject operation)
    {
        var name = Text(operation, "op");
        var path = Text(operation, "path");
        var parts = JsonPointer.Parse(path);
        switch (name)
        {
            case "add":
                return Add(document, parts, path, Value(operation));
            case "replace":
                Find(document, parts, path);
                return parts.Length == 0 ? Value(operation) : Add(Remove(document, parts, path), parts, path, Value(operation));
            case "remove":
                return Remove(document, parts, path);
            case "copy":
                var from = Text(operation, "from");
                return Add(document, parts, path, Find(document, JsonPointer.Parse(from), from)?.DeepClone());
            case "move":
                var source = Text(operation, "from");
                if (path.StartsWith(source + "/", StringComparison.Ordinal))
                {
                    throw ApiException.BadRequest($"JSON patch can't move {source} into itself");
                }
                var moved = Find(document, JsonPointer.Parse(source), source)?.DeepClone();
                return Add(Remove(document, JsonPointer.Parse(source), source), parts, path, moved);
            case "test":
                return JsonNode.DeepEquals(Find(document, parts, path), Value(operation))
                    ? document
                    : throw ApiException.BadRequest($"the server rejected our request due to an error in our request: testing value {path} failed");
            default:
                throw ApiException.BadRequest($"unknown JSON patch operation \"{name}\"");
        }
    }

    private static string Text(JsonObject operation, string member) =>
        operation[member] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw ApiException.BadRequest($"a JSON patch operation needs \"{member}\" as text");

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value)
            ? value?.DeepClone()
            : throw ApiException.BadRequest("a JSON patch operation of this kind needs \"value\"");

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> parts, string path)
    {
        foreach (var part in parts)
        {
            node = node switch
            {
                JsonObject map when map.TryGetPropertyValue(part, out var child) => child,
                JsonArray list => list[Index(list, part, path, list.Count - 1)],
                _ => throw Missing(path),
            };
        }
        return node;
    }

    private static JsonNode? Add(JsonNode? document, string[] parts, string path, JsonNode? value)
    {
        if (parts.Length == 0)
        {
            return value;
        }
        switch (Find(document, parts.AsSpan(0, parts.Length - 1), path))
        {
            case JsonObject map:
                map[parts[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(parts[^1] == "-" ? list.Count : Index(list, parts[^1], path, list.Count), value);
                break;
            default:
                throw Missing(path);
        }
        return document;
    }

    private static JsonNode? Remove(JsonNode? document, string[] parts, string path)
    {
        if (parts.Length == 0)
        {
            return null;
        }
        switch (Find(document, parts.AsSpan(0, parts.Length - 1), path))
        {
            case JsonObject map when map.Remove(parts[^1]):
                break;
            case JsonArray list:
                list.RemoveAt(Index(list, parts[^1], path, list.Count - 1));
                break;
            default:
                throw Missing(path);
        }
        return document;
    }

    private static int Index(JsonArray list, string part, string path, int last) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= last
            && (part.Length == 1 || part[0] != '0')
            ? index
            : throw Missing(path);

    private static ApiException Missing(string path) =>
        ApiException.BadRequest($"the server rejected our request due to an error in our request: the path {path} does not exist");
}
