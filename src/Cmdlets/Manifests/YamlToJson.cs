using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Cmdlets;

/// <summary>YAML nodes as JSON; plain scalars mean what kubectl takes them for, so that a manifest is one thing for both.</summary>
internal sealed partial class YamlToJson(string source)
{
    /// <summary>Most nodes that one document may unfold to: aliases of aliases grow without bound.</summary>
    private const int MaxNodes = 500_000;

    private const int MaxDepth = 100;
    private int _nodes;

    public JsonNode? Convert(YamlNode node, int depth = 0)
    {
        if (++_nodes > MaxNodes || depth > MaxDepth)
        {
            throw ClusterException.Manifest(source, "is too large or too deep once its aliases are unfolded");
        }

        switch (node)
        {
            case YamlMappingNode map:
                var result = new JsonObject();
                Merge(map, result, depth);
                foreach (var (key, value) in map.Children.Where(pair => !IsMergeKey(pair.Key)))
                {
                    var name = key is YamlScalarNode { Value: { } text } ? text : throw ClusterException.Manifest(source, $"line {key.Start.Line}: a key must be text");
                    result[name] = Convert(value, depth + 1);
                }

                return result;
            case YamlSequenceNode items:
                return new JsonArray([.. items.Children.Select(item => Convert(item, depth + 1))]);
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                return null;
        }
    }

    /// <summary><c>&lt;&lt;: *defaults</c>; what the mapping says itself wins.</summary>
    private void Merge(YamlMappingNode map, JsonObject result, int depth)
    {
        foreach (var (_, value) in map.Children.Where(pair => IsMergeKey(pair.Key)))
        {
            foreach (var part in value is YamlSequenceNode many ? many.Children : [value])
            {
                foreach (var (name, inherited) in Convert(part, depth + 1) as JsonObject ?? [])
                {
                    result.TryAdd(name, inherited?.DeepClone());
                }
            }
        }
    }

    private static bool IsMergeKey(YamlNode key) => key is YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain };

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str"))
        {
            return JsonValue.Create(text);
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
        }

        return Integer(text) is { } integer ? JsonValue.Create(integer)
            : Decimal().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonValue.Create(number)
                : JsonValue.Create(text);
    }

    /// <summary>Decimal, <c>0x</c>, <c>0b</c>, and octal both as <c>0o644</c> and as <c>0644</c>, which is how file modes are written.</summary>
    private static long? Integer(string text)
    {
        var negative = text.StartsWith('-');
        var digits = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]))
        {
            return null;
        }

        try
        {
            var value = digits switch
            {
                ['0', 'x' or 'X', .. var hex] => System.Convert.ToInt64(hex, 16),
                ['0', 'o', .. var octal] => System.Convert.ToInt64(octal, 8),
                ['0', 'b', .. var binary] => System.Convert.ToInt64(binary, 2),
                ['0', _, ..] when digits.All(c => c is >= '0' and <= '7') => System.Convert.ToInt64(digits, 8),
                _ => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture),
            };
            return negative ? -value : value;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Decimal();
}
