using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Holds an object against a schema; every fault is told, with its field. Pure. Source: Kubernetes documentation, "CustomResourceDefinitions", validation.</summary>
internal static class SchemaValidation
{
    /// <summary>A pattern is a user's, and so is the text: neither may take the server's time.</summary>
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);

    public static void Validate(JsonObject tree, StructuralSchema schema, FieldErrors errors) => Fields(tree, schema, "", errors, isResource: true);

    private static void Value(JsonNode? value, StructuralSchema schema, string path, FieldErrors errors)
    {
        if (value is null)
        {
            if (!schema.IsNullable)
            {
                errors.Invalid(path, "null", $"{path} in body must be of type {(schema.Type.Length > 0 ? schema.Type : "object")}: \"null\"");
            }
            return;
        }
        if (!IsOfType(value, schema))
        {
            errors.Invalid(path, Kind(value), $"{path} in body must be of type {(schema.IsIntOrString ? "integer,string" : schema.Type)}: \"{Kind(value)}\"");
            return;
        }
        Rules(value, schema.Source, path, errors);
        switch (value)
        {
            case JsonObject fields:
                Fields(fields, schema, path, errors, schema.IsEmbedded);
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    Value(list[i], items, $"{path}[{i}]", errors);
                }
                Keys(list, schema, path, errors);
                break;
            default:
                break;
        }
    }

    private static void Fields(JsonObject fields, StructuralSchema schema, string path, FieldErrors errors, bool isResource)
    {
        if (path.Length == 0)
        {
            Rules(fields, schema.Source, path, errors);
        }
        foreach (var (name, value) in fields)
        {
            if (schema.Child(name) is { } child && !(isResource && name is "apiVersion" or "kind" or "metadata"))
            {
                Value(value, child, Join(path, name), errors);
            }
        }
    }

    private static void Keys(JsonArray list, StructuralSchema schema, string path, FieldErrors errors)
    {
        if (schema.Rule.Topology is not (Model.Schema.FieldTopology.Keyed or Model.Schema.FieldTopology.Set))
        {
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var item = list[i] ?? JsonValue.Create("");
            if (Admission.Fields.PathElement.Item(item, schema.Rule) is { } element && !seen.Add(element))
            {
                errors.Duplicate($"{path}[{i}]", element[2..]);
            }
        }
    }

    /// <summary>What a schema says of a value beside its shape; the same words stand in allOf, anyOf, oneOf and not.</summary>
    private static void Rules(JsonNode value, JsonObject schema, string path, FieldErrors errors)
    {
        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            errors.NotSupported(path, value is JsonValue plain && plain.TryGetValue<string>(out var given) ? given : value.ToJsonString(), [.. allowed.Select(item => item is JsonValue one && one.TryGetValue<string>(out var text) ? text : item?.ToJsonString() ?? "null")]);
        }
        switch (value)
        {
            case JsonObject fields:
                ObjectRules(fields, schema, path, errors);
                break;
            case JsonArray list:
                CountRules(list.Count, schema, "Items", "items", path, errors);
                if (schema["uniqueItems"] is JsonValue unique && unique.TryGetValue<bool>(out var wanted) && wanted && list.Select(item => item?.ToJsonString()).Distinct().Count() < list.Count)
                {
                    errors.Invalid(path, "", $"{path} in body shouldn't contain duplicates");
                }
                break;
            case JsonValue text when text.TryGetValue<string>(out var content):
                TextRules(content, schema, path, errors);
                break;
            case JsonValue number when number.GetValueKind() == JsonValueKind.Number:
                NumberRules(number, schema, path, errors);
                break;
            default:
                break;
        }
        Combined(value, schema, path, errors);
    }

    private static void ObjectRules(JsonObject fields, JsonObject schema, string path, FieldErrors errors)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(StructuralSchema.Text))
        {
            if (!fields.ContainsKey(name))
            {
                errors.Required(Join(path, name));
            }
        }
        CountRules(fields.Count, schema, "Properties", "properties", path, errors);
    }

    private static void CountRules(int count, JsonObject schema, string what, string words, string path, FieldErrors errors)
    {
        if (Number(schema["max" + what]) is { } most && count > most)
        {
            errors.Invalid(path, count, $"{path} in body should have at most {most.ToString(CultureInfo.InvariantCulture)} {words}");
        }
        if (Number(schema["min" + what]) is { } least && count < least)
        {
            errors.Invalid(path, count, $"{path} in body should have at least {least.ToString(CultureInfo.InvariantCulture)} {words}");
        }
    }

    private static void TextRules(string text, JsonObject schema, string path, FieldErrors errors)
    {
        var length = text.EnumerateRunes().Count();
        if (Number(schema["maxLength"]) is { } most && length > most)
        {
            errors.Invalid(path, text, $"{path} in body should be at most {most.ToString(CultureInfo.InvariantCulture)} chars long");
        }
        if (Number(schema["minLength"]) is { } least && length < least)
        {
            errors.Invalid(path, text, $"{path} in body should be at least {least.ToString(CultureInfo.InvariantCulture)} chars long");
        }
        if (StructuralSchema.Text(schema["pattern"]) is { Length: > 0 } pattern && !Matches(text, pattern))
        {
            errors.Invalid(path, text, $"{path} in body should match '{pattern}'");
        }
        if (StructuralSchema.Text(schema["format"]) is { Length: > 0 } format && !HasFormat(text, format))
        {
            errors.Invalid(path, text, $"{path} in body must be of type {format}: \"{text}\"");
        }
    }

    private static void NumberRules(JsonValue value, JsonObject schema, string path, FieldErrors errors)
    {
        var number = Number(value) ?? 0;
        var (exclusiveMost, exclusiveLeast) = (schema["exclusiveMaximum"] is JsonValue over && over.TryGetValue<bool>(out var a) && a, schema["exclusiveMinimum"] is JsonValue under && under.TryGetValue<bool>(out var b) && b);
        if (Number(schema["maximum"]) is { } most && (exclusiveMost ? number >= most : number > most))
        {
            errors.Invalid(path, Show(number), $"{path} in body should be less than {(exclusiveMost ? "" : "or equal to ")}{Show(most)}");
        }
        if (Number(schema["minimum"]) is { } least && (exclusiveLeast ? number <= least : number < least))
        {
            errors.Invalid(path, Show(number), $"{path} in body should be greater than {(exclusiveLeast ? "" : "or equal to ")}{Show(least)}");
        }
        if (Number(schema["multipleOf"]) is { } step and > 0 && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9)
        {
            errors.Invalid(path, Show(number), $"{path} in body should be a multiple of {Show(step)}");
        }
    }

    private static void Combined(JsonNode value, JsonObject schema, string path, FieldErrors errors)
    {
        foreach (var part in (schema["allOf"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            Partial(value, part, path, errors);
        }
        if (schema["anyOf"] is JsonArray any && !any.OfType<JsonObject>().Any(part => Fits(value, part, path)))
        {
            errors.Invalid(path, "", $"{path} in body must validate at least one schema (anyOf)");
        }
        if (schema["oneOf"] is JsonArray one && one.OfType<JsonObject>().Count(part => Fits(value, part, path)) != 1)
        {
            errors.Invalid(path, "", $"{path} in body must validate one and only one schema (oneOf)");
        }
        if (schema["not"] is JsonObject not && Fits(value, not, path))
        {
            errors.Invalid(path, "", $"{path} in body must not validate the schema (not)");
        }
    }

    private static bool Fits(JsonNode value, JsonObject part, string path)
    {
        var errors = new FieldErrors();
        Partial(value, part, path, errors);
        return !errors.Any;
    }

    private static void Partial(JsonNode value, JsonObject part, string path, FieldErrors errors)
    {
        if (StructuralSchema.Text(part["type"]) is { Length: > 0 } type && !Is(value, type))
        {
            errors.Invalid(path, Kind(value), $"{path} in body must be of type {type}: \"{Kind(value)}\"");
            return;
        }
        Rules(value, part, path, errors);
        if (value is JsonObject fields)
        {
            foreach (var (name, child) in part["properties"] as JsonObject ?? [])
            {
                if (child is JsonObject below && fields[name] is { } field)
                {
                    Partial(field, below, Join(path, name), errors);
                }
            }
        }
        else if (value is JsonArray list && part["items"] is JsonObject items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (list[i] is { } item)
                {
                    Partial(item, items, $"{path}[{i}]", errors);
                }
            }
        }
    }

    private static bool IsOfType(JsonNode value, StructuralSchema schema) =>
        schema.IsIntOrString ? Is(value, "integer") || Is(value, "string") : schema.Type.Length == 0 || Is(value, schema.Type);

    private static bool Is(JsonNode value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value.GetValueKind() == JsonValueKind.String,
        "boolean" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.GetValueKind() == JsonValueKind.Number && Number(value) is { } number && number == Math.Floor(number),
        "number" => value.GetValueKind() == JsonValueKind.Number,
        _ => true,
    };

    private static string Kind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => Is(value, "integer") ? "integer" : "number",
        _ => "boolean",
    };

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternTime);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => Timestamp.TryParse(text, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "byte" => Convert.TryFromBase64String(text, new byte[(text.Length * 3 / 4) + 3], out _),
        "uuid" or "uuid3" or "uuid4" or "uuid5" => Guid.TryParse(text, out _),
        "ipv4" => IPAddress.TryParse(text, out var four) && four.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "ipv6" => IPAddress.TryParse(text, out var six) && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "cidr" => IPNetwork.TryParse(text, out _),
        "email" => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1,
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "hostname" => NameRules.DnsSubdomain(text.ToLowerInvariant()) is null,
        // Others are not checked, as with Kubernetes.
        _ => true,
    };

    private static double? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Show(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
