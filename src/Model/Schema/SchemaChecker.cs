using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Model.Schema;

/// <summary>
/// Holds a JSON tree against a schema: drops fields that the type doesn't know (and lists them), drops nulls, and refuses values of the
/// wrong type with the field's path.
/// </summary>
public sealed class SchemaChecker
{
    private readonly List<string> _unknown = [];

    private SchemaChecker()
    {
    }

    /// <summary>Prunes <paramref name="tree"/> in place and returns the paths of the fields that were unknown.</summary>
    /// <exception cref="ApiException">A value has the wrong type: BadRequest that names the field.</exception>
    public static IReadOnlyList<string> Prune(JsonObject tree, TypeSchema schema)
    {
        var checker = new SchemaChecker();
        checker.Object(tree, schema, "");
        return checker._unknown;
    }

    private void Object(JsonObject tree, TypeSchema schema, string path)
    {
        List<string>? drop = null;
        foreach (var (name, value) in tree)
        {
            if (!schema.Fields.TryGetValue(name, out var field))
            {
                _unknown.Add(path.Length == 0 ? name : $"{path}.{name}");
                (drop ??= []).Add(name);
            }
            else if (value is null)
            {
                (drop ??= []).Add(name);
            }
            else
            {
                Value(value, field, path.Length == 0 ? name : $"{path}.{name}");
            }
        }
        foreach (var name in drop ?? [])
        {
            tree.Remove(name);
        }
    }

    private void Value(JsonNode value, TypeSchema schema, string path)
    {
        switch (schema.Type)
        {
            case FieldType.Object when value is JsonObject child:
                Object(child, schema, path);
                break;
            case FieldType.List when value is JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item)
                    {
                        Value(item, schema.Element!, $"{path}[{i}]");
                    }
                    else if (schema.Element!.Type != FieldType.Any)
                    {
                        throw Wrong($"{path}[{i}]", "null", schema.Element);
                    }
                }
                break;
            case FieldType.Map when value is JsonObject map:
                List<string>? nulls = null;
                foreach (var (key, item) in map)
                {
                    if (item is not null)
                    {
                        Value(item, schema.Element!, $"{path}.{key}");
                    }
                    else
                    {
                        (nulls ??= []).Add(key);
                    }
                }
                foreach (var key in nulls ?? [])
                {
                    // A null in a map of texts is the empty text, as the Go decoder has it.
                    map[key] = schema.Element!.Type is FieldType.String or FieldType.Bytes ? "" : throw Wrong($"{path}.{key}", "null", schema.Element);
                }
                break;
            case FieldType.Any:
                break;
            default:
                Scalar(value, schema, path);
                break;
        }
    }

    private static void Scalar(JsonNode node, TypeSchema schema, string path)
    {
        if (node is not JsonValue value)
        {
            throw Wrong(path, node is JsonObject ? "object" : "array", schema);
        }
        var kind = value.GetValueKind();
        var fits = schema.Type switch
        {
            FieldType.String => kind == JsonValueKind.String,
            FieldType.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
            FieldType.Integer => kind == JsonValueKind.Number && FitsInteger(value, schema.ClrType),
            FieldType.Number => kind == JsonValueKind.Number,
            FieldType.Bytes => kind == JsonValueKind.String && IsBase64(value.GetValue<string>()),
            FieldType.Time => kind == JsonValueKind.String && Timestamp.TryParse(value.GetValue<string>(), out _),
            FieldType.Quantity => kind is JsonValueKind.String or JsonValueKind.Number && Quantity.TryParse(Text(value), out _),
            FieldType.IntOrString => kind == JsonValueKind.String || (kind == JsonValueKind.Number && FitsInteger(value, typeof(int))),
            _ => false,
        };
        if (!fits)
        {
            throw Wrong(path, Text(value), schema);
        }
    }

    private static string Text(JsonValue value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    private static bool FitsInteger(JsonValue value, Type type) => type == typeof(int) ? Fits(value, int.MinValue, int.MaxValue) : Fits(value, long.MinValue, long.MaxValue);

    // A tree that was made in code, or read from YAML, holds its numbers as what they were made of.
    private static bool Fits(JsonValue value, long least, long most) =>
        value.TryGetValue<long>(out var wide) ? wide >= least && wide <= most : value.TryGetValue<int>(out _);

    private static bool IsBase64(string text) =>
        Convert.TryFromBase64String(text, new byte[(text.Length * 3 / 4) + 3], out _);

    private static ApiException Wrong(string path, string value, TypeSchema schema)
    {
        var shown = value.Length > 80 ? value[..80] + "…" : value;
        return ApiException.BadRequest($"json: cannot unmarshal \"{shown}\" into field {path} of type {Name(schema.Type)}");
    }

    private static string Name(FieldType type) => type switch
    {
        FieldType.IntOrString => "integer or string",
        FieldType.Bytes => "base64 text",
        FieldType.Time => "RFC 3339 time",
        FieldType.List => "array",
        _ => type.ToString().ToLowerInvariant(),
    };
}
