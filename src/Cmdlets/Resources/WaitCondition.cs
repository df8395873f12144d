using System.Text.Json.Nodes;
using Orchestrator.Model.Json;

namespace Orchestrator.Cmdlets;

/// <summary>What kubectl wait calls <c>--for</c>, as a judgement on an object.</summary>
internal sealed class WaitCondition
{
    private readonly Func<JsonObject?, bool> _holds;

    private WaitCondition(bool mayBeAbsent, Func<JsonObject?, bool> holds) => (MayBeAbsent, _holds) = (mayBeAbsent, holds);

    /// <summary>Whether an object that doesn't exist is something to wait with, not an error.</summary>
    public bool MayBeAbsent { get; }

    public bool Holds(JsonObject? item) => _holds(item);

    /// <exception cref="ClusterException">The text is none of the forms.</exception>
    public static WaitCondition Parse(string text)
    {
        var (form, rest) = text.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..]) : (text, "");
        switch (form.ToUpperInvariant())
        {
            case "DELETE" when rest.Length == 0:
                return new(true, item => item is null);
            case "CREATE" when rest.Length == 0:
                return new(true, item => item is not null);
            case "CONDITION" when rest.Length > 0:
                var (type, status) = rest.IndexOf('=', StringComparison.Ordinal) is var equals and > 0 ? (rest[..equals], rest[(equals + 1)..]) : (rest, "True");
                return new(false, item => HasCondition(item, type, status));
            case "JSONPATH" when rest.Length > 0:
                return OfPath(rest);
            default:
                throw ClusterException.Argument(
                    "InvalidCondition", $"-For \"{text}\": give condition=NAME[=VALUE], jsonpath={{.PATH}}[=VALUE], create or delete.");
        }
    }

    private static WaitCondition OfPath(string text)
    {
        var end = text.LastIndexOf('}');
        var (path, expected) = end < 0
            ? text.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..]) : (text, null)
            : (text[..(end + 1)], text[(end + 1)..] is ['=', .. var value] ? value : null);
        var parsed = Path(path);
        return new(false, item => item is not null && parsed.Select(item).Any(found => expected is null ? found is not null : Text(found) == expected));
    }

    private static JsonPath Path(string text)
    {
        try
        {
            return JsonPath.Parse(text);
        }
        catch (FormatException problem)
        {
            throw ClusterException.Argument("InvalidJsonPath", problem.Message);
        }
    }

    /// <summary>A condition counts only when it speaks of the object's latest generation, where it says so.</summary>
    private static bool HasCondition(JsonObject? item, string type, string status)
    {
        var condition = (item?["status"]?["conditions"] as JsonArray ?? [])
            .FirstOrDefault(condition => string.Equals((string?)condition?["type"], type, StringComparison.OrdinalIgnoreCase));
        var seen = (long?)(condition?["observedGeneration"] ?? item?["status"]?["observedGeneration"]);
        return condition is not null
            && string.Equals((string?)condition["status"], status, StringComparison.OrdinalIgnoreCase)
            && (seen is null || seen >= ((long?)item?["metadata"]?["generation"] ?? 0));
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString();
}
