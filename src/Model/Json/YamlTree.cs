using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Model.Json;

/// <summary>
/// YAML documents as JSON trees, typed as Kubernetes reads them (the YAML 1.2 core schema, and yes/no words stay text): what a manifest says is
/// what the API gets. Aliases are followed up to a bound, so that a small text can't grow into a huge tree.
/// </summary>
public static class YamlTree
{
    private const int MaxNodes = 1_000_000;

    /// <exception cref="FormatException">The text is no YAML; says line and column.</exception>
    public static IReadOnlyList<JsonNode> Parse(string text)
    {
        try
        {
            var reader = new Reader(new Parser(new StringReader(text)));
            return reader.Documents();
        }
        catch (YamlException problem)
        {
            throw new FormatException($"line {problem.Start.Line}, column {problem.Start.Column}: {problem.Message}", problem);
        }
    }

    private sealed class Reader(IParser parser)
    {
        private readonly Dictionary<string, JsonNode?> _anchors = new(StringComparer.Ordinal);
        private int _nodes;

        public List<JsonNode> Documents()
        {
            var documents = new List<JsonNode>();
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                _anchors.Clear();
                if (Node(0) is { } document)
                {
                    documents.Add(document);
                }
                parser.Consume<DocumentEnd>();
            }
            return documents;
        }

        private JsonNode? Node(int depth)
        {
            if (depth > JsonTree.MaxDepth || ++_nodes > MaxNodes)
            {
                throw Wrong(parser.Current!, "the document is too deep or too large"); // Asked only while there is an event.
            }
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return _anchors.TryGetValue(alias.Value.Value, out var known) ? Copy(known) : throw Wrong(alias, $"unknown anchor *{alias.Value.Value}");
            }
            if (parser.TryConsume<Scalar>(out var scalar))
            {
                return Keep(scalar, Scalar(scalar));
            }
            if (parser.TryConsume<SequenceStart>(out var sequence))
            {
                var items = new JsonArray();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    items.Add(Node(depth + 1));
                }
                return Keep(sequence, items);
            }
            return Mapping(parser.Consume<MappingStart>(), depth);
        }

        private JsonNode? Mapping(MappingStart start, int depth)
        {
            var map = new JsonObject();
            var merged = new List<JsonObject>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var key))
                {
                    throw Wrong(parser.Current!, "a key must be plain text"); // Inside a mapping there is an event.
                }
                var value = Node(depth + 1);
                if (key is { Value: "<<", IsPlainImplicit: true })
                {
                    merged.AddRange(value is JsonArray many ? many.OfType<JsonObject>() : value is JsonObject one ? [one] : []);
                }
                else if (!map.TryAdd(key.Value, value))
                {
                    throw Wrong(key, $"key \"{key.Value}\" is already set in this map");
                }
            }
            foreach (var (name, value) in merged.SelectMany(source => source))
            {
                if (!map.ContainsKey(name))
                {
                    map[name] = value?.DeepClone();
                }
            }
            return Keep(start, map);
        }

        private JsonNode? Keep(NodeEvent source, JsonNode? node)
        {
            if (!source.Anchor.IsEmpty)
            {
                _anchors[source.Anchor.Value] = node?.DeepClone();
            }
            return node;
        }

        private JsonNode? Copy(JsonNode? node)
        {
            _nodes += Count(node);
            return _nodes > MaxNodes ? throw new FormatException("the document's aliases grow too large") : node?.DeepClone();
        }

        private static int Count(JsonNode? node) => node switch
        {
            JsonObject map => 1 + map.Sum(pair => Count(pair.Value)),
            JsonArray list => 1 + list.Sum(Count),
            _ => 1,
        };

        private static JsonValue? Scalar(Scalar scalar)
        {
            var text = scalar.Value;
            if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
            {
                return scalar.Tag.Value == "tag:yaml.org,2002:str" ? JsonValue.Create(text) : Plain(text);
            }
            return scalar.Style == ScalarStyle.Plain ? Plain(text) : JsonValue.Create(text);
        }

        private static JsonValue? Plain(string text)
        {
            switch (text)
            {
                case "" or "~" or "null" or "Null" or "NULL":
                    return null;
                case "true" or "True" or "TRUE":
                    return JsonValue.Create(true);
                case "false" or "False" or "FALSE":
                    return JsonValue.Create(false);
            }
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            {
                // 0644 is octal to Kubernetes' YAML reader.
                return text.Length > 1 && text[0] == '0' ? Octal(text[1..], text) : JsonValue.Create(integer);
            }
            if (text.StartsWith("0o", StringComparison.Ordinal))
            {
                return Octal(text[2..], text);
            }
            if (text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            {
                return JsonValue.Create(hex);
            }
            var number = (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') && text.Any(char.IsAsciiDigit)
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real);
            return number ? JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)) : JsonValue.Create(text);
        }

        private static JsonValue Octal(string digits, string text) =>
            digits.Length is > 0 and < 20 && digits.All(c => c is >= '0' and <= '7') ? JsonValue.Create(Convert.ToInt64(digits, 8)) : JsonValue.Create(text);

        private static FormatException Wrong(ParsingEvent at, string message) => new($"line {at.Start.Line}, column {at.Start.Column}: {message}");
    }
}
