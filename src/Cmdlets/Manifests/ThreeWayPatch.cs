using System.Text.Json.Nodes;
using Orchestrator.Model.Schema;

namespace Orchestrator.Cmdlets;

/// <summary>
/// kubectl apply's arithmetic: what the manifest says is set where the live object differs; what it said last time and says no more is
/// taken away; what others set stays. The result is a strategic merge patch, or a merge patch for a kind without a schema.
/// Source: Kubernetes documentation, "How apply calculates differences and merges changes".
/// </summary>
internal static class ThreeWayPatch
{
    /// <returns>The patch; empty when nothing has to change.</returns>
    public static JsonObject Create(JsonObject? lastApplied, JsonObject wanted, JsonObject live, TypeSchema? schema) =>
        Object(lastApplied ?? [], wanted, live, schema);

    private static JsonObject Object(JsonObject last, JsonObject wanted, JsonObject live, TypeSchema? schema)
    {
        var patch = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            if (value is null)
            {
                // An explicit null: the field shall not be there.
                if (live.ContainsKey(name))
                {
                    patch[name] = null;
                }

                continue;
            }

            var field = schema is { Type: FieldType.Map } ? schema.Element : schema?.Fields.GetValueOrDefault(name);
            Field(patch, name, last[name], value, live[name], schema, field);
        }

        foreach (var (name, _) in last)
        {
            if (!wanted.ContainsKey(name) && live.ContainsKey(name))
            {
                patch[name] = null;
            }
        }

        return patch;
    }

    private static void Field(JsonObject patch, string name, JsonNode? last, JsonNode wanted, JsonNode? live, TypeSchema? owner, TypeSchema? field)
    {
        switch (wanted)
        {
            case JsonObject map when live is JsonObject current:
                var inner = Object(last as JsonObject ?? [], map, current, field);
                if (inner.Count > 0)
                {
                    patch[name] = inner;
                }

                break;
            case JsonArray items when live is JsonArray present && owner is not null && MergeKeys.Of(owner, name) is { } key:
                if (key.Length == 0)
                {
                    Set(patch, name, last as JsonArray ?? [], items, present);
                }
                else
                {
                    Keyed(patch, name, key, last as JsonArray ?? [], items, present, field?.Element);
                }

                break;
            case JsonObject map:
                // Nothing to merge with, and a patch can't hold the nulls that only mean "absent".
                patch[name] = Object([], map, [], field);
                break;
            default:
                if (!Same(wanted, live, field))
                {
                    patch[name] = wanted.DeepClone();
                }

                break;
        }
    }

    /// <summary>A list whose items are told apart by a key.</summary>
    private static void Keyed(JsonObject patch, string name, string key, JsonArray last, JsonArray wanted, JsonArray live, TypeSchema? element)
    {
        var changes = new JsonArray();
        foreach (var item in wanted.OfType<JsonObject>())
        {
            var id = item[key];
            if (Find(live, key, id) is not { } current)
            {
                changes.Add(item.DeepClone());
                continue;
            }

            var change = Object(Find(last, key, id) ?? [], item, current, element);
            if (change.Count > 0)
            {
                change[key] = id?.DeepClone();
                changes.Add((JsonNode)change);
            }
        }

        foreach (var item in last.OfType<JsonObject>())
        {
            if (Find(wanted, key, item[key]) is null && Find(live, key, item[key]) is not null)
            {
                changes.Add(new JsonObject { ["$patch"] = "delete", [key] = item[key]?.DeepClone() });
            }
        }

        var order = wanted.OfType<JsonObject>().Select(item => item[key]?.ToJsonString()).ToArray();
        var present = live.OfType<JsonObject>().Select(item => item[key]?.ToJsonString()).Where(order.Contains).ToArray();
        if (changes.Count > 0)
        {
            patch[name] = changes;
        }

        if (changes.Count > 0 || !order.Where(present.Contains).SequenceEqual(present))
        {
            patch[$"$setElementOrder/{name}"] = new JsonArray([.. wanted.OfType<JsonObject>().Select(item => new JsonObject { [key] = item[key]?.DeepClone() })]);
        }
    }

    /// <summary>A list of plain values that is a set.</summary>
    private static void Set(JsonObject patch, string name, JsonArray last, JsonArray wanted, JsonArray live)
    {
        bool Has(JsonArray list, JsonNode? value) => list.Any(item => JsonNode.DeepEquals(item, value));
        var added = wanted.Where(value => !Has(live, value)).Select(value => value?.DeepClone()).ToArray();
        var gone = last.Where(value => !Has(wanted, value) && Has(live, value)).Select(value => value?.DeepClone()).ToArray();
        if (added.Length > 0)
        {
            patch[name] = new JsonArray(added);
        }

        if (gone.Length > 0)
        {
            patch[$"$deleteFromPrimitiveList/{name}"] = new JsonArray(gone);
        }
    }

    private static JsonObject? Find(JsonArray items, string key, JsonNode? id) =>
        items.OfType<JsonObject>().FirstOrDefault(item => JsonNode.DeepEquals(item[key], id));

    /// <summary>The server may have written a value in its canonical form: <c>0.5</c> of CPU is <c>500m</c>.</summary>
    private static bool Same(JsonNode wanted, JsonNode? live, TypeSchema? field) =>
        JsonNode.DeepEquals(wanted, live)
        || (field is { Type: FieldType.Quantity } && live is not null
            && Model.Quantity.TryParse(wanted.ToString(), out var left) && Model.Quantity.TryParse(live.ToString(), out var right) && left.Equals(right));
}
