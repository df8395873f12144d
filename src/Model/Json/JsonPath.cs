using System.Globalization;
using System.Text.Json.Nodes;

namespace Orchestrator.Model.Json;

/// <summary>
/// The part of Kubernetes' JSONPath that one value is found with: <c>{.status.phase}</c>, <c>.items[0]</c>, <c>['key']</c>, <c>[*]</c>,
/// <c>[?(@.type=="Ready")]</c>.
/// </summary>
public sealed class JsonPath
{
    private readonly List<Func<JsonNode, IEnumerable<JsonNode?>>> _steps = [];

    private JsonPath()
    {
    }

    /// <exception cref="FormatException">No path, or one with more in it than this.</exception>
    public static JsonPath Parse(string text)
    {
        var path = new JsonPath();
        var rest = text.Trim();
        rest = rest is ['{', .. var inner, '}'] ? inner.Trim() : rest;
        rest = rest.StartsWith('$') ? rest[1..] : rest;
        while (rest.Length > 0)
        {
            if (rest[0] == '[')
            {
                var end = End(rest, text);
                path._steps.Add(Bracket(rest[1..end].Trim(), text));
                rest = rest[(end + 1)..];
                continue;
            }

            var start = rest[0] == '.' ? 1 : 0;
            var length = rest.AsSpan(start).IndexOfAny('.', '[') is var stop and >= 0 ? stop : rest.Length - start;
            var name = length > 0 ? rest.Substring(start, length) : throw Wrong(text);
            path._steps.Add(name == "*" ? Children : node => Field(node, name));
            rest = rest[(start + length)..];
        }

        return path._steps.Count > 0 ? path : throw Wrong(text);
    }

    public IEnumerable<JsonNode?> Select(JsonNode root)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in _steps)
        {
            found = found.OfType<JsonNode>().SelectMany(step).ToArray();
        }

        return found;
    }

    private static Func<JsonNode, IEnumerable<JsonNode?>> Bracket(string inside, string text)
    {
        if (inside == "*")
        {
            return Children;
        }

        if (int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return node => node is JsonArray items && (index < 0 ? index + items.Count : index) is var at && at >= 0 && at < items.Count ? [items[at]] : [];
        }

        if (inside is ['\'' or '"', .. var key, '\'' or '"'])
        {
            return node => Field(node, key);
        }

        // [?(@.type=="Ready")]
        if (inside.StartsWith("?(@", StringComparison.Ordinal) && inside.EndsWith(')') && inside.IndexOf("==", StringComparison.Ordinal) is var equals and > 0)
        {
            var field = Parse(inside[3..equals].Trim());
            var expected = inside[(equals + 2)..^1].Trim().Trim('"', '\'');
            return node => Children(node).Where(child => child is not null && field.Select(child).Any(value => value?.ToString() == expected));
        }

        throw Wrong(text);
    }

    private static int End(string rest, string text)
    {
        var quote = '\0';
        for (var i = 1; i < rest.Length; i++)
        {
            if (quote != '\0')
            {
                quote = rest[i] == quote ? '\0' : quote;
            }
            else if (rest[i] is '"' or '\'')
            {
                quote = rest[i];
            }
            else if (rest[i] == ']')
            {
                return i;
            }
        }

        throw Wrong(text);
    }

    private static IEnumerable<JsonNode?> Children(JsonNode node) => node switch
    {
        JsonArray items => items,
        JsonObject map => map.Select(pair => pair.Value),
        _ => [],
    };

    private static IEnumerable<JsonNode?> Field(JsonNode node, string name) =>
        node is JsonObject map && map.TryGetPropertyValue(name, out var value) ? [value] : [];

    private static FormatException Wrong(string text) => new($"\"{text}\" is not a JSONPath that finds values");
}
