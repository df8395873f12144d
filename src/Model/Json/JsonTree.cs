using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Model.Json;

/// <summary>Reads JSON into a mutable tree at once (a lazy one would throw on duplicate names much later) and lists duplicate fields.</summary>
public static class JsonTree
{
    /// <summary>Deepest nesting accepted; the deepest real schema is far below.</summary>
    public const int MaxDepth = 128;

    /// <exception cref="ApiException">BadRequest: the bytes are no JSON object; says where.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, List<string>? duplicates = null) =>
        Parse(utf8, duplicates) as JsonObject ?? throw ApiException.BadRequest("the body of the request is not a JSON object");

    /// <exception cref="ApiException">BadRequest: the bytes are no JSON; says where.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates = null)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var node = Value(ref reader, "", duplicates);
            return reader.Read() ? throw ApiException.BadRequest("the body has data after its JSON value") : node;
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest(
                $"the body is not valid JSON: line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}: {FirstSentence(problem.Message)}");
        }
        catch (InvalidOperationException problem)
        {
            // Invalid UTF-8 or a lone surrogate in a text.
            throw ApiException.BadRequest($"the body is not valid JSON: {FirstSentence(problem.Message)}");
        }
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string path, List<string>? duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var result = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!; // A property name is never null.
                    reader.Read();
                    var child = duplicates is null ? "" : path.Length == 0 ? name : $"{path}.{name}";
                    var value = Value(ref reader, child, duplicates);
                    if (!result.TryAdd(name, value))
                    {
                        duplicates?.Add(child);
                        result[name] = value;
                    }
                }
                return result;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref reader, duplicates is null ? "" : $"{path}[{items.Count}]", duplicates));
                }
                return items;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.Number:
                // As an element: it stays as it was written, and can be read as any number type that it fits.
                return JsonValue.Create(JsonElement.ParseValue(ref reader));
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
