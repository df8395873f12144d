using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>JSON as PowerShell knows it, both ways: objects with properties, arrays, plain values.</summary>
internal static class JsonToPSObject
{
    /// <summary>Deepest nesting that is read from objects: a cycle ends here.</summary>
    private const int MaxDepth = 64;

    public static object? Convert(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                var result = new PSObject();
                foreach (var (name, value) in map)
                {
                    result.Properties.Add(new PSNoteProperty(name, Convert(value)));
                }

                return result;
            case JsonArray items:
                return items.Select(Convert).ToArray();
            case JsonValue value:
                return value.GetValueKind() switch
                {
                    JsonValueKind.String => value.GetValue<string>(),
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => value.TryGetValue<long>(out var integer) ? integer : value.GetValue<double>(),
                };
            default:
                return null;
        }
    }

    /// <summary>Hashtables, lists, PSObjects and plain values as JSON.</summary>
    public static JsonNode? ToJson(object? value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw ClusterException.Argument("TooDeep", $"The object nests deeper than {MaxDepth} levels.");
        }

        switch (value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value)
        {
            case null:
                return null;
            case JsonNode node:
                return node.DeepClone();
            case ClusterObject known:
                return known.Tree.DeepClone();
            case string text:
                return JsonValue.Create(text);
            case bool truth:
                return JsonValue.Create(truth);
            case IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.UInt64:
                return JsonValue.Create(number.ToInt64(null));
            case IConvertible number when number.GetTypeCode() is >= TypeCode.Single and <= TypeCode.Decimal:
                return JsonValue.Create(number.ToDouble(null));
            case System.Collections.IDictionary map:
                var fields = new JsonObject();
                foreach (System.Collections.DictionaryEntry entry in map)
                {
                    fields[entry.Key.ToString() ?? ""] = ToJson(entry.Value, depth + 1);
                }

                return fields;
            case k8s.IKubernetesObject typed:
                return Model.Json.ModelJson.ToTree(typed);
            case System.Collections.IEnumerable items:
                return new JsonArray([.. items.Cast<object?>().Select(item => ToJson(item, depth + 1))]);
            case PSObject custom:
                var properties = new JsonObject();
                foreach (var property in custom.Properties)
                {
                    properties[property.Name] = ToJson(property.Value, depth + 1);
                }

                return properties;
            case var other:
                return JsonValue.Create(other.ToString());
        }
    }
}
