using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Model;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>The schemas that a document refers to, gathered from the model's types and from definitions of custom resources.</summary>
/// <param name="prefix">What a reference begins with: <c>#/components/schemas/</c> in version 3, <c>#/definitions/</c> in version 2.</param>
internal sealed class SchemaSet(string prefix)
{
    public const string Version2 = "#/definitions/";
    public const string Version3 = "#/components/schemas/";
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public void AddKind(ResourceKind kind)
    {
        var name = SchemaNames.Of(kind);
        if (kind is CustomResourceKind custom)
        {
            AddCustom(name, custom);
        }
        else
        {
            Add(TypeSchema.For(kind.ClrType));
        }
        _schemas[name]["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind));
        Add(TypeSchema.For(typeof(V1ListMeta)));
        _schemas[$"{name}List"] = new()
        {
            ["description"] = $"{kind.ListKind} is a list of {kind.Kind}",
            ["type"] = "object",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["type"] = "string" },
                ["items"] = new JsonObject { ["type"] = "array", ["items"] = Refer(name) },
                ["kind"] = new JsonObject { ["type"] = "string" },
                ["metadata"] = Refer(SchemaNames.Of(typeof(V1ListMeta))),
            },
            ["x-kubernetes-group-version-kind"] = new JsonArray(new JsonObject { ["group"] = kind.Group, ["kind"] = kind.ListKind, ["version"] = kind.Version }),
        };
    }

    public void Add(Type type) => Add(TypeSchema.For(type));

    public JsonObject ToJson() => new(_schemas.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    public JsonObject Reference(string name) => new() { ["$ref"] = prefix + name };

    public static JsonObject GroupVersionKind(ResourceKind kind) => new() { ["group"] = kind.Group, ["kind"] = kind.Kind, ["version"] = kind.Version };

    private void Add(TypeSchema schema)
    {
        var name = SchemaNames.Of(schema.ClrType);
        if (_schemas.ContainsKey(name))
        {
            return;
        }
        var properties = new JsonObject();
        // Entered before its fields are walked: types refer to themselves.
        _schemas[name] = new JsonObject { ["type"] = "object", ["properties"] = properties };
        Describe(_schemas[name], schema.ClrType.Name);
        var members = schema.ClrType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (property.Name, Field: property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name)).Where(member => member.Field is not null)
            .ToDictionary(member => member.Field!, member => member.Name, StringComparer.Ordinal); // Filtered.
        foreach (var (field, type) in schema.Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var property = Of(type);
            Describe(property, $"{schema.ClrType.Name}.{members[field]}");
            Share(property, schema, field, type);
            properties[field] = property;
        }
    }

    /// <summary>How patches merge the field and how applies share it.</summary>
    private static void Share(JsonObject property, TypeSchema schema, string field, TypeSchema type)
    {
        var rule = schema.RuleOf(field);
        if (type.Type == FieldType.List)
        {
            property["x-kubernetes-list-type"] = rule.Topology switch
            {
                FieldTopology.Keyed => "map",
                FieldTopology.Set => "set",
                _ => "atomic",
            };
            if (rule.Topology == FieldTopology.Keyed)
            {
                property["x-kubernetes-list-map-keys"] = new JsonArray([.. rule.Keys.Select(key => (JsonNode)key)]);
            }
            if (MergeKeys.Of(schema, field) is { } key)
            {
                property["x-kubernetes-patch-strategy"] = "merge";
                if (key.Length > 0)
                {
                    property["x-kubernetes-patch-merge-key"] = key;
                }
            }
        }
        else if (rule.Topology == FieldTopology.Atomic && type.Type is FieldType.Map or FieldType.Object)
        {
            property["x-kubernetes-map-type"] = "atomic";
        }
    }

    private JsonObject Of(TypeSchema schema)
    {
        switch (schema.Type)
        {
            case FieldType.Object:
                Add(schema);
                return Refer(SchemaNames.Of(schema.ClrType));
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
                return Simple(SchemaNames.Time, new() { ["type"] = "string", ["format"] = "date-time" });
            case FieldType.Quantity:
                return Simple(SchemaNames.Quantity, prefix == Version2 ? new() { ["type"] = "string" } : OneOf("string", "number"));
            case FieldType.IntOrString:
                var either = prefix == Version2 ? new() { ["type"] = "string" } : OneOf("integer", "string");
                either["format"] = "int-or-string";
                return Simple(SchemaNames.IntOrString, either);
            case FieldType.Any:
                return new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
            default:
                return new() { ["type"] = "string" };
        }
    }

    private void AddCustom(string name, CustomResourceKind kind)
    {
        Add(TypeSchema.For(typeof(V1ObjectMeta)));
        var schema = (JsonObject)kind.Structure.Source.DeepClone();
        if (schema["properties"] is not JsonObject properties)
        {
            schema["properties"] = properties = [];
        }
        properties["apiVersion"] = new JsonObject { ["type"] = "string", ["description"] = Descriptions.Of("V1Pod.ApiVersion") };
        properties["kind"] = new JsonObject { ["type"] = "string", ["description"] = Descriptions.Of("V1Pod.Kind") };
        properties["metadata"] = Refer(SchemaNames.Of(typeof(V1ObjectMeta)));
        _schemas[name] = schema;
    }

    private JsonObject Simple(string name, JsonObject schema)
    {
        _schemas.TryAdd(name, schema);
        return Refer(name);
    }

    private static JsonObject OneOf(params string[] types) => new() { ["oneOf"] = new JsonArray([.. types.Select(type => new JsonObject { ["type"] = type })]) };

    // Beside a reference version 3 has no place for a description, so that it stands in a list of one.
    private JsonObject Refer(string name) => prefix == Version2 ? Reference(name) : new() { ["allOf"] = new JsonArray(Reference(name)), ["default"] = new JsonObject() };

    private static void Describe(JsonObject schema, string name)
    {
        if (Descriptions.Of(name) is { } text)
        {
            schema["description"] = text;
        }
    }
}
