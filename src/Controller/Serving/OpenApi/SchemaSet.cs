using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>The schemas that a document refers to, gathered from the model's types.</summary>
internal sealed class SchemaSet
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public void AddKind(ResourceKind kind)
    {
        Add(TypeSchema.For(kind.ClrType));
        _schemas[Name(kind.ClrType)]["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind));
    }

    public JsonObject ToJson() => new(_schemas.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    public static JsonObject Reference(Type type) => new() { ["$ref"] = "#/components/schemas/" + Name(type) };

    public static JsonObject GroupVersionKind(ResourceKind kind) => new() { ["group"] = kind.Group, ["kind"] = kind.Kind, ["version"] = kind.Version };

    private static string Name(Type type) => "io.orchestrator." + type.Name;

    private void Add(TypeSchema schema)
    {
        var name = Name(schema.ClrType);
        if (_schemas.ContainsKey(name))
        {
            return;
        }
        var properties = new JsonObject();
        // Entered before its fields are walked: types refer to themselves.
        _schemas[name] = new JsonObject { ["type"] = "object", ["properties"] = properties };
        foreach (var (field, type) in schema.Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var property = Of(type);
            if (type.Type == FieldType.List && MergeKeys.Of(schema, field) is { } key)
            {
                property["x-kubernetes-patch-strategy"] = "merge";
                property["x-kubernetes-list-type"] = key.Length == 0 ? "set" : "map";
                if (key.Length > 0)
                {
                    property["x-kubernetes-patch-merge-key"] = key;
                    property["x-kubernetes-list-map-keys"] = new JsonArray(key);
                }
            }
            properties[field] = property;
        }
    }

    private JsonObject Of(TypeSchema schema)
    {
        switch (schema.Type)
        {
            case FieldType.Object:
                Add(schema);
                return new() { ["allOf"] = new JsonArray(Reference(schema.ClrType)), ["default"] = new JsonObject() };
            case FieldType.List:
                return new() { ["type"] = "array", ["items"] = Of(schema.Element!) }; // A list has an element.
            case FieldType.Map:
                return new() { ["type"] = "object", ["additionalProperties"] = Of(schema.Element!) }; // And so has a map.
            case FieldType.Integer:
                return new() { ["type"] = "integer", ["format"] = schema.ClrType == typeof(int) ? "int32" : "int64" };
            case FieldType.Number:
                return new() { ["type"] = "number", ["format"] = "double" };
            case FieldType.Boolean:
                return new() { ["type"] = "boolean" };
            case FieldType.Bytes:
                return new() { ["type"] = "string", ["format"] = "byte" };
            case FieldType.Time:
                return new() { ["type"] = "string", ["format"] = "date-time" };
            case FieldType.IntOrString:
                return new() { ["type"] = "string", ["format"] = "int-or-string" };
            case FieldType.Any:
                return new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
            default:
                return new() { ["type"] = "string" };
        }
    }
}
