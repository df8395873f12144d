using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>A schema that a CustomResourceDefinition gives its objects, read once. Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions", structural schemas.</summary>
internal sealed class StructuralSchema
{
    /// <summary>Deepest nesting of schemas: they are written by users.</summary>
    public const int MaxDepth = 64;

    private StructuralSchema(JsonObject source)
    {
        Source = source;
    }

    /// <summary>As it was written.</summary>
    public JsonObject Source { get; }

    /// <summary>object, array, string, integer, number, boolean; empty where any type is allowed.</summary>
    public string Type { get; private init; } = "";
    public FrozenDictionary<string, StructuralSchema> Properties { get; private init; } = FrozenDictionary<string, StructuralSchema>.Empty;
    public StructuralSchema? Items { get; private init; }
    public StructuralSchema? AdditionalProperties { get; private init; }
    public bool AllowsAdditional { get; private init; }
    public bool PreservesUnknown { get; private init; }
    public bool IsIntOrString { get; private init; }
    public bool IsEmbedded { get; private init; }
    public bool IsNullable { get; private init; }
    public JsonNode? Default { get; private init; }
    public FieldRule Rule { get; private init; } = FieldRule.Granular;

    /// <param name="source">The schema; nothing of it is trusted.</param>
    /// <exception cref="FormatException">It is nested too deeply.</exception>
    public static StructuralSchema Parse(JsonObject source, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"may not be nested deeper than {MaxDepth} levels");
        }
        var additional = source["additionalProperties"];
        return new(source)
        {
            Type = Text(source["type"]),
            Properties = (source["properties"] as JsonObject ?? []).Where(pair => pair.Value is JsonObject)
                .ToFrozenDictionary(pair => pair.Key, pair => Parse((JsonObject)pair.Value!, depth + 1), StringComparer.Ordinal), // Filtered.
            Items = source["items"] is JsonObject items ? Parse(items, depth + 1) : null,
            AdditionalProperties = additional is JsonObject values ? Parse(values, depth + 1) : null,
            AllowsAdditional = additional is JsonObject || Flag(additional),
            PreservesUnknown = Flag(source["x-kubernetes-preserve-unknown-fields"]),
            IsIntOrString = Flag(source["x-kubernetes-int-or-string"]),
            IsEmbedded = Flag(source["x-kubernetes-embedded-resource"]),
            IsNullable = Flag(source["nullable"]),
            Default = source["default"],
            Rule = RuleOf(source),
        };
    }

    /// <summary>What is known of a field; null where nothing is.</summary>
    public StructuralSchema? Child(string name) => Properties.GetValueOrDefault(name) ?? AdditionalProperties;

    /// <summary>What apply and patches need of it.</summary>
    public TypeSchema ToShape() => Type switch
    {
        "object" when Properties.Count > 0 => TypeSchema.Custom(FieldType.Object, Properties.ToDictionary(pair => pair.Key, pair => pair.Value.ToShape()), null, Rule),
        "object" when AdditionalProperties is { } values => TypeSchema.Custom(FieldType.Map, null, values.ToShape(), Rule),
        "array" when Items is { } items => TypeSchema.Custom(FieldType.List, null, items.ToShape(), Rule),
        "string" => TypeSchema.Custom(FieldType.String, null, null, FieldRule.Atomic),
        "integer" => TypeSchema.Custom(FieldType.Integer, null, null, FieldRule.Atomic),
        "number" => TypeSchema.Custom(FieldType.Number, null, null, FieldRule.Atomic),
        "boolean" => TypeSchema.Custom(FieldType.Boolean, null, null, FieldRule.Atomic),
        _ => TypeSchema.Custom(FieldType.Any, null, null, Rule),
    };

    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static bool Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static FieldRule RuleOf(JsonObject source) => (Text(source["type"]), Text(source["x-kubernetes-list-type"]), Text(source["x-kubernetes-map-type"])) switch
    {
        ("array", "set", _) => FieldRule.Set,
        ("array", "map", _) => FieldRule.Keyed([.. (source["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(Text)]),
        ("array", _, _) or (_, _, "atomic") => FieldRule.Atomic,
        _ => FieldRule.Granular,
    };
}
