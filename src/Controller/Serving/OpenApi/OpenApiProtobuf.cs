using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Model.Wire;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>
/// The OpenAPI document of version 2 in the protobuf encoding that Go clients ask for: kubectl checks Lists by it, older kubectl and helm everything.
/// Source of the numbers: the message definitions of OpenAPI 2.0 that gnostic publishes (OpenAPIv2.proto).
/// </summary>
internal static class OpenApiProtobuf
{
    public const string MediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>As clients ask for it still; no media type, for the sign in it, so that nobody reads it as the answer's.</summary>
    private const string OldMediaType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static readonly Dictionary<string, int> Methods = new(StringComparer.Ordinal)
    {
        ["get"] = 2, ["put"] = 3, ["post"] = 4, ["delete"] = 5, ["options"] = 6, ["head"] = 7, ["patch"] = 8,
    };

    private static readonly Dictionary<string, int> SchemaTexts = new(StringComparer.Ordinal)
    {
        ["$ref"] = 1, ["format"] = 2, ["title"] = 3, ["description"] = 4, ["pattern"] = 13, ["discriminator"] = 26,
    };

    private static readonly Dictionary<string, int> SchemaFlags = new(StringComparer.Ordinal)
    {
        ["exclusiveMaximum"] = 8, ["exclusiveMinimum"] = 10, ["uniqueItems"] = 16, ["readOnly"] = 27,
    };

    private static readonly Dictionary<string, int> SchemaReals = new(StringComparer.Ordinal) { ["multipleOf"] = 6, ["maximum"] = 7, ["minimum"] = 9 };

    private static readonly Dictionary<string, int> SchemaNumbers = new(StringComparer.Ordinal)
    {
        ["maxLength"] = 11, ["minLength"] = 12, ["maxItems"] = 14, ["minItems"] = 15, ["maxProperties"] = 17, ["minProperties"] = 18,
    };

    public static bool IsWanted(string accept) => accept.Contains(MediaType, StringComparison.Ordinal) || accept.Contains(OldMediaType, StringComparison.Ordinal);

    public static ReadOnlyMemory<byte> Encode(JsonObject document)
    {
        var writer = new ProtobufWriter();
        writer.Text(1, (string)document["swagger"]!); // These three are in every document that we make.
        writer.Message(2, info =>
        {
            info.Text(1, (string)document["info"]!["title"]!);
            info.Text(2, (string)document["info"]!["version"]!);
        });
        writer.Message(8, paths => Named(paths, 2, document["paths"]!.AsObject(), PathItem));
        writer.Message(9, definitions => Named(definitions, 1, document["definitions"]!.AsObject(), Schema));
        return writer.Written;
    }

    private static void PathItem(ProtobufWriter writer, JsonNode item)
    {
        foreach (var (method, operation) in item.AsObject())
        {
            writer.Message(Methods[method], to => Operation(to, operation!.AsObject()));
        }
    }

    private static void Operation(ProtobufWriter writer, JsonObject operation)
    {
        Texts(writer, 6, operation["produces"]);
        Texts(writer, 7, operation["consumes"]);
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            writer.Message(8, item => item.Message(1, to => Parameter(to, parameter!.AsObject())));
        }
        writer.Message(9, responses => Named(responses, 1, operation["responses"]!.AsObject(), (to, response) => to.Message(1, body => Response(body, response.AsObject()))));
        Extensions(writer, 13, operation);
    }

    private static void Parameter(ProtobufWriter writer, JsonObject parameter)
    {
        var (name, place) = ((string)parameter["name"]!, (string)parameter["in"]!);
        if (place == "body")
        {
            writer.Message(1, body =>
            {
                body.Text(2, name);
                body.Text(3, place);
                body.Flag(4, (bool?)parameter["required"] ?? false);
                body.Message(5, schema => Schema(schema, parameter["schema"]!));
            });
            return;
        }
        writer.Message(2, other => other.Message(3, query =>
        {
            query.Text(2, place);
            query.Text(4, name);
            query.Text(6, (string)parameter["type"]!);
            query.Flag(20, (bool?)parameter["uniqueItems"] ?? false);
        }));
    }

    private static void Response(ProtobufWriter writer, JsonObject response)
    {
        writer.Text(1, (string)response["description"]!);
        if (response["schema"] is { } schema)
        {
            writer.Message(2, item => item.Message(1, to => Schema(to, schema)));
        }
    }

    private static void Schema(ProtobufWriter writer, JsonNode schema)
    {
        foreach (var (name, found) in schema.AsObject())
        {
            if (found is { } value && !Simple(writer, name, value))
            {
                Compound(writer, name, value);
            }
        }
        Extensions(writer, 31, schema.AsObject());
    }

    private static bool Simple(ProtobufWriter writer, string name, JsonNode value)
    {
        if (SchemaTexts.TryGetValue(name, out var field))
        {
            writer.Text(field, (string)value!);
        }
        else if (SchemaFlags.TryGetValue(name, out field))
        {
            writer.Flag(field, (bool)value);
        }
        else if (SchemaReals.TryGetValue(name, out field))
        {
            writer.Real(field, Number(value));
        }
        else if (SchemaNumbers.TryGetValue(name, out field))
        {
            writer.Number(field, (long)Number(value));
        }
        return field != 0;
    }

    /// <summary>What is made of more than one value; what this version of OpenAPI has no word for is left out.</summary>
    private static void Compound(ProtobufWriter writer, string name, JsonNode value)
    {
        switch (name)
        {
            case "default":
                Any(writer, 5, value);
                break;
            case "required":
                Texts(writer, 19, value);
                break;
            case "enum":
                foreach (var item in value.AsArray())
                {
                    Any(writer, 20, item);
                }
                break;
            case "additionalProperties" when value is JsonObject:
                writer.Message(21, item => item.Message(1, to => Schema(to, value)));
                break;
            case "additionalProperties":
                writer.Message(21, item => item.Flag(2, (bool)value));
                break;
            case "type":
                writer.Message(22, item => item.Text(1, (string)value!));
                break;
            case "items" when value is JsonObject:
                writer.Message(23, item => item.Message(1, to => Schema(to, value)));
                break;
            case "allOf":
                foreach (var part in value.AsArray())
                {
                    writer.Message(24, to => Schema(to, part!));
                }
                break;
            case "properties":
                writer.Message(25, properties => Named(properties, 1, value.AsObject(), Schema));
                break;
        }
    }

    private static void Named(ProtobufWriter writer, int field, JsonObject items, Action<ProtobufWriter, JsonNode> write)
    {
        foreach (var (name, value) in items)
        {
            writer.Message(field, pair =>
            {
                pair.Text(1, name);
                pair.Message(2, to => write(to, value!));
            });
        }
    }

    private static void Extensions(ProtobufWriter writer, int field, JsonObject from)
    {
        foreach (var (name, value) in from.Where(pair => pair.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            writer.Message(field, pair =>
            {
                pair.Text(1, name);
                Any(pair, 2, value);
            });
        }
    }

    /// <summary>A value of any type goes as YAML, of which JSON is a part.</summary>
    private static void Any(ProtobufWriter writer, int field, JsonNode? value) => writer.Message(field, any => any.Text(2, value?.ToJsonString() ?? "null"));

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static void Texts(ProtobufWriter writer, int field, JsonNode? texts)
    {
        foreach (var text in texts?.AsArray() ?? [])
        {
            writer.Text(field, (string)text!);
        }
    }
}
