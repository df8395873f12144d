using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Orchestrator.Model.Schema;

/// <summary>The shape of a model type, read off its properties once: what decoding, strict checks and strategic merge need to know.</summary>
public sealed class TypeSchema
{
    private static readonly ConcurrentDictionary<Type, TypeSchema> Known = new();
    private readonly Lazy<FrozenDictionary<string, TypeSchema>> _fields;
    private readonly Lazy<TypeSchema?> _element;

    private TypeSchema(Type clrType, FieldType type, Type? element)
    {
        ClrType = clrType;
        Type = type;
        // Lazy, because types are recursive (JSONSchemaProps) and most of them are never asked for.
        _element = new(() => element is null ? null : For(element));
        _fields = new(() => type == FieldType.Object ? ReadFields(clrType) : FrozenDictionary<string, TypeSchema>.Empty);
    }

    private TypeSchema(FieldType type, IReadOnlyDictionary<string, TypeSchema> fields, TypeSchema? element, FieldRule rule)
    {
        ClrType = typeof(object);
        Type = type;
        Rule = rule;
        _element = new(element);
        _fields = new(() => fields.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The model's type; <c>object</c> where the schema was written by a user.</summary>
    public Type ClrType { get; }
    public FieldType Type { get; }

    /// <summary>How server-side apply shares the value, where its own schema says so.</summary>
    public FieldRule? Rule { get; }

    /// <summary>Of a list or map: what its items are.</summary>
    public TypeSchema? Element => _element.Value;

    /// <summary>Of an object: its fields by JSON name.</summary>
    public FrozenDictionary<string, TypeSchema> Fields => _fields.Value;

    public static TypeSchema For(Type type) => Known.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, Create);

    /// <summary>A schema that no type of the model stands for: that of a custom resource.</summary>
    public static TypeSchema Custom(FieldType type, IReadOnlyDictionary<string, TypeSchema>? fields, TypeSchema? element, FieldRule rule) =>
        new(type, fields ?? FrozenDictionary<string, TypeSchema>.Empty, element, rule);

    /// <summary>What is known of a field, or of a map's value; null where nothing is.</summary>
    public TypeSchema? Child(string name) => Type == FieldType.Map ? Element : Fields.GetValueOrDefault(name);

    /// <summary>How server-side apply shares a field's value.</summary>
    public FieldRule RuleOf(string name) => Child(name) is { } value ? value.Rule ?? FieldRules.Of(this, name, value) : FieldRule.Granular;

    /// <summary>How server-side apply shares an item of a list.</summary>
    public FieldRule ElementRule => Element is { } item ? item.Rule ?? FieldRules.Of(this, "", item) : FieldRule.Granular;

    private static TypeSchema Create(Type type)
    {
        if (type == typeof(byte[]))
        {
            return new(type, FieldType.Bytes, null);
        }
        if (type.IsGenericType)
        {
            var arguments = type.GetGenericArguments();
            if (arguments.Length == 2 && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            {
                return new(type, FieldType.Map, arguments[1]);
            }
            if (arguments.Length == 1 && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            {
                return new(type, FieldType.List, arguments[0]);
            }
        }
        return new(type, Simple(type), null);
    }

    private static FieldType Simple(Type type) =>
        type == typeof(string) ? FieldType.String
        : type == typeof(bool) ? FieldType.Boolean
        : type == typeof(int) || type == typeof(long) ? FieldType.Integer
        : type == typeof(double) || type == typeof(float) ? FieldType.Number
        : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? FieldType.Time
        : type == typeof(ResourceQuantity) ? FieldType.Quantity
        : type == typeof(IntOrString) ? FieldType.IntOrString
        : type == typeof(object) || type == typeof(JsonElement) || type == typeof(System.Text.Json.Nodes.JsonNode) ? FieldType.Any
        : type.Namespace == typeof(V1Pod).Namespace ? FieldType.Object
        : FieldType.Any;

    private static FrozenDictionary<string, TypeSchema> ReadFields(Type type)
    {
        var fields = new Dictionary<string, TypeSchema>(StringComparer.Ordinal);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>() is { } name)
            {
                fields[name.Name] = For(property.PropertyType);
            }
        }
        return fields.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
