using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;
using Orchestrator.Model.Reviews;
using Orchestrator.Model.Schema;

namespace Orchestrator.Model.Wire;

/// <summary>
/// Bodies in the Kubernetes API's protobuf encoding, which Go clients of built-in kinds send (kubectl's <c>create</c> generators are such), as the
/// JSON tree that they mean. Source: Kubernetes documentation, "API Concepts", Kubernetes Protobuf encoding.
/// </summary>
public static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";
    private const int MaxDepth = 64;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Kinds of bodies that the catalogue lacks: no objects of their own, or a second form of a kind.</summary>
    private static readonly Dictionary<(string, string), Type> Others = new()
    {
        [("autoscaling/v1", "HorizontalPodAutoscaler")] = typeof(V1HorizontalPodAutoscaler),
        [("autoscaling/v1", "Scale")] = typeof(V1Scale),
        [("events.k8s.io/v1", "Event")] = typeof(Eventsv1Event),
        [("policy/v1", "Eviction")] = typeof(V1Eviction),
        [("v1", "Binding")] = typeof(V1Binding),
    };

    /// <exception cref="ApiException">BadRequest: no such encoding, damaged, or with a field that we don't know; UnsupportedMediaType: an unknown kind.</exception>
    public static JsonObject ToTree(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw ApiException.BadRequest("the body lacks the prefix of the Kubernetes protobuf encoding");
        }
        var (apiVersion, kind) = ("", "");
        var raw = default(ReadOnlySpan<byte>);
        for (var reader = new ProtobufReader(body[Magic.Length..]); !reader.AtEnd;)
        {
            var (number, _) = reader.Next(out var content);
            if (number == 1)
            {
                (apiVersion, kind) = TypeMeta(content);
            }
            else if (number == 2)
            {
                raw = content;
            }
        }
        var type = kind == "DeleteOptions" ? typeof(V1DeleteOptions)
            : Catalog.ForKind(apiVersion, kind)?.ClrType ?? Others.GetValueOrDefault((apiVersion, kind))
            ?? ReviewKinds.All.Append(ReviewKinds.Token).FirstOrDefault(review => review.ApiVersion == apiVersion && review.Kind == kind)?.ClrType
            ?? throw ApiException.UnsupportedMediaType($"{MediaType} of {apiVersion} {kind}", "application/json, application/yaml");
        var tree = Message(raw, TypeSchema.For(type), type.Name, "", 0);
        tree["apiVersion"] = apiVersion;
        tree["kind"] = kind;
        return tree;
    }

    private static (string ApiVersion, string Kind) TypeMeta(ReadOnlySpan<byte> bytes)
    {
        var (apiVersion, kind) = ("", "");
        for (var reader = new ProtobufReader(bytes); !reader.AtEnd;)
        {
            var (number, _) = reader.Next(out var content);
            apiVersion = number == 1 ? ProtobufReader.Text(content) : apiVersion;
            kind = number == 2 ? ProtobufReader.Text(content) : kind;
        }
        return (apiVersion, kind);
    }

    private static JsonObject Message(ReadOnlySpan<byte> bytes, TypeSchema schema, string table, string path, int depth)
    {
        var result = new JsonObject();
        Fill(result, bytes, schema, table, path, depth);
        return result;
    }

    private static void Fill(JsonObject result, ReadOnlySpan<byte> bytes, TypeSchema schema, string table, string path, int depth)
    {
        var numbers = FieldNumbers.Of(table);
        if (numbers is null || depth > MaxDepth)
        {
            throw ApiException.BadRequest($"{(path.Length == 0 ? "the body" : path)}: can't be read from protobuf; send it as JSON");
        }
        for (var reader = new ProtobufReader(bytes); !reader.AtEnd;)
        {
            var (number, value) = reader.Next(out var content);
            if (!numbers.TryGetValue(number, out var field))
            {
                throw ApiException.BadRequest($"{(path.Length == 0 ? "the body" : path)}: field {number} is not known in protobuf; send it as JSON");
            }
            if (field.IsGroup)
            {
                Fill(result, content, schema, field.Name, path, depth + 1);
            }
            else if (schema.Fields.TryGetValue(field.Name, out var type))
            {
                Put(result, field, type, value, content, path.Length == 0 ? field.Name : $"{path}.{field.Name}", depth);
            }
        }
    }

    private static void Put(JsonObject result, WireField field, TypeSchema type, ulong value, ReadOnlySpan<byte> content, string path, int depth)
    {
        switch (type.Type)
        {
            case FieldType.List:
                if (result[field.Name] is not JsonArray list)
                {
                    result[field.Name] = list = [];
                }
                list.Add(Single(type.Element!, value, content, path, true, depth)); // A list has an element.
                break;
            case FieldType.Map:
                if (result[field.Name] is not JsonObject map)
                {
                    result[field.Name] = map = [];
                }
                var (key, item) = Entry(type.Element!, content, path, depth); // And so has a map.
                map[key] = item;
                break;
            default:
                if (Single(type, value, content, path, field.KeepsZero, depth) is { } single)
                {
                    result[field.Name] = single;
                }
                break;
        }
    }

    private static (string Key, JsonNode? Item) Entry(TypeSchema element, ReadOnlySpan<byte> bytes, string path, int depth)
    {
        var (key, item) = ("", Empty(element));
        for (var reader = new ProtobufReader(bytes); !reader.AtEnd;)
        {
            var (number, value) = reader.Next(out var content);
            if (number == 1)
            {
                key = ProtobufReader.Text(content);
            }
            else if (number == 2)
            {
                item = Single(element, value, content, $"{path}.{key}", true, depth);
            }
        }
        return (key, item);
    }

    /// <summary>What an entry without a value has.</summary>
    private static JsonNode? Empty(TypeSchema element) => element.Type is FieldType.String or FieldType.Bytes ? "" : null;

    private static JsonNode? Single(TypeSchema type, ulong value, ReadOnlySpan<byte> content, string path, bool keepsZero, int depth)
    {
        switch (type.Type)
        {
            case FieldType.Object:
                return Message(content, type, type.ClrType.Name, path, depth + 1);
            case FieldType.Integer:
                return value == 0 && !keepsZero ? null : JsonValue.Create((long)value);
            case FieldType.Boolean:
                return value == 0 && !keepsZero ? null : JsonValue.Create(value != 0);
            case FieldType.Number:
                return JsonValue.Create(BitConverter.UInt64BitsToDouble(value));
            case FieldType.Bytes:
                return Convert.ToBase64String(content);
            case FieldType.Time:
                return Time(content);
            case FieldType.Quantity:
                return FirstText(content, 1);
            case FieldType.IntOrString:
                return IntOrString(content);
            case FieldType.Any:
                // A raw extension: JSON in field 1.
                return FirstBytes(content, 1) is { Length: > 0 } json ? JsonTree.Parse(json) : null;
            case FieldType.List:
                // A list inside a map is a message of its own, with the items in field 1.
                var items = new JsonArray();
                for (var reader = new ProtobufReader(content); !reader.AtEnd;)
                {
                    var (_, inner) = reader.Next(out var part);
                    items.Add(Single(type.Element!, inner, part, path, true, depth + 1)); // A list has an element.
                }
                return items;
            default:
                return content.IsEmpty && !keepsZero ? null : JsonValue.Create(ProtobufReader.Text(content));
        }
    }

    private static JsonValue? Time(ReadOnlySpan<byte> bytes)
    {
        var (seconds, nanos) = (0L, 0L);
        for (var reader = new ProtobufReader(bytes); !reader.AtEnd;)
        {
            var (number, value) = reader.Next(out _);
            seconds = number == 1 ? (long)value : seconds;
            nanos = number == 2 ? (long)value : nanos;
        }
        if (seconds == 0 && nanos == 0)
        {
            return null;
        }
        try
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
            return JsonValue.Create(nanos == 0 ? Timestamp.Seconds(time) : Timestamp.Micro(time));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw ProtobufReader.Malformed();
        }
    }

    private static JsonValue IntOrString(ReadOnlySpan<byte> bytes)
    {
        var (isText, number, text) = (false, 0L, "");
        for (var reader = new ProtobufReader(bytes); !reader.AtEnd;)
        {
            var (field, value) = reader.Next(out var content);
            isText = field == 1 ? value == 1 : isText;
            number = field == 2 ? (long)value : number;
            text = field == 3 ? ProtobufReader.Text(content) : text;
        }
        return isText ? JsonValue.Create(text) : JsonValue.Create(number);
    }

    private static string FirstText(ReadOnlySpan<byte> bytes, int field) => ProtobufReader.Text(FirstBytes(bytes, field));

    private static ReadOnlySpan<byte> FirstBytes(ReadOnlySpan<byte> bytes, int field)
    {
        for (var reader = new ProtobufReader(bytes); !reader.AtEnd;)
        {
            var (number, _) = reader.Next(out var content);
            if (number == field)
            {
                return content;
            }
        }
        return default;
    }
}
