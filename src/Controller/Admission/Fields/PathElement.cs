using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model.Json;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Admission.Fields;

/// <summary>One step of a path into an object, in the form of FieldsV1.</summary>
internal static class PathElement
{
    public static string Field(string name) => "f:" + name;

    /// <summary>An item of a shared list; null when it has not what tells it apart.</summary>
    public static string? Item(JsonNode? item, FieldRule rule)
    {
        if (rule.Topology == FieldTopology.Set)
        {
            return "v:" + (item is null ? "null" : Text(item));
        }
        if (item is not JsonObject fields)
        {
            return null;
        }
        var keys = new JsonObject();
        foreach (var key in rule.Keys.Order(StringComparer.Ordinal))
        {
            if ((fields[key]?.DeepClone() ?? FieldRule.DefaultOf(key)) is { } value)
            {
                keys[key] = value;
            }
        }
        return keys.Count == 0 ? null : "k:" + Text(keys);
    }

    /// <summary>As a path shows it: <c>.name</c>, <c>[key="value"]</c>, <c>[="value"]</c>.</summary>
    public static string Show(string element)
    {
        var text = element[2..];
        try
        {
            return element[0] switch
            {
                'f' => "." + text,
                'k' => $"[{string.Join(',', JsonTree.ParseObject(System.Text.Encoding.UTF8.GetBytes(text)).Select(key => $"{key.Key}={Text(key.Value!)}"))}]", // A key has a value.
                'v' => $"[={text}]",
                _ => $"[{text}]",
            };
        }
        catch (Model.ApiException)
        {
            return $"[{text}]";
        }
    }

    private static string Text(JsonNode node) => System.Text.Encoding.UTF8.GetString(ModelJson.Encode(node));
}
