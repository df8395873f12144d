using System.Text.Json.Nodes;
using Orchestrator.Model.Schema;

namespace Orchestrator.Model.Json;

/// <summary>
/// Kubernetes' strategic merge patch: objects merge, lists with a merge key merge by it, and the directives <c>$patch</c>,
/// <c>$deleteFromPrimitiveList/…</c>, <c>$setElementOrder/…</c> and <c>$retainKeys</c> are obeyed.
/// Source: Kubernetes documentation, "Update API objects in place using kubectl patch" and the strategic-merge-patch design note.
/// </summary>
public static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeleteFrom = "$deleteFromPrimitiveList/";
    private const string Order = "$setElementOrder/";
    private const string Retain = "$retainKeys";

    /// <summary>Returns the patched tree; neither argument is changed.</summary>
    /// <exception cref="ApiException">BadRequest: a directive is unknown, or an item lacks its merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, TypeSchema schema) =>
        Object((JsonObject)target.DeepClone(), patch, schema) ?? [];

    private static JsonObject? Object(JsonObject current, JsonObject patch, TypeSchema? schema)
    {
        switch (Text(patch[Directive]))
        {
            case null or "merge":
                break;
            case "replace":
                var whole = (JsonObject)patch.DeepClone();
                whole.Remove(Directive);
                return whole;
            case "delete":
                return null;
            case var other:
                throw ApiException.BadRequest($"unknown strategic merge directive $patch: {other}");
        }
        if (patch[Retain] is JsonArray kept)
        {
            var names = kept.Select(Text).ToHashSet();
            foreach (var name in current.Select(pair => pair.Key).Where(name => !names.Contains(name)).ToArray())
            {
                current.Remove(name);
            }
        }
        foreach (var (name, change) in patch)
        {
            if (name is Directive or Retain || name.StartsWith(Order, StringComparison.Ordinal))
            {
                continue;
            }
            if (name.StartsWith(DeleteFrom, StringComparison.Ordinal))
            {
                DeletePlain(current, name[DeleteFrom.Length..], change);
                continue;
            }
            Field(current, name, change, schema);
        }
        foreach (var (name, order) in patch)
        {
            if (name.StartsWith(Order, StringComparison.Ordinal) && order is JsonArray wanted)
            {
                var field = name[Order.Length..];
                Reorder(current, field, wanted, schema is null ? null : MergeKeys.Of(schema, field));
            }
        }
        return current;
    }

    private static void Field(JsonObject current, string name, JsonNode? change, TypeSchema? schema)
    {
        if (change is null)
        {
            current.Remove(name);
            return;
        }
        var field = schema is { Type: FieldType.Map } ? schema.Element : schema?.Fields.GetValueOrDefault(name);
        current.TryGetPropertyValue(name, out var old);
        if (change is JsonObject changes)
        {
            var merged = Object(old as JsonObject is { } map ? (JsonObject)map.DeepClone() : [], changes, field);
            if (merged is null)
            {
                current.Remove(name);
            }
            else
            {
                current[name] = merged;
            }
        }
        else if (change is JsonArray items && schema is not null && MergeKeys.Of(schema, name) is { } key)
        {
            var list = old as JsonArray is { } existing ? (JsonArray)existing.DeepClone() : [];
            current[name] = key.Length == 0 ? MergeSet(list, items) : MergeByKey(list, items, key, name, field?.Element);
        }
        else
        {
            current[name] = change.DeepClone();
        }
    }

    private static JsonArray MergeSet(JsonArray list, JsonArray items)
    {
        foreach (var item in items.Where(item => !list.Any(present => JsonNode.DeepEquals(present, item))))
        {
            list.Add(item?.DeepClone());
        }
        return list;
    }

    private static JsonArray MergeByKey(JsonArray list, JsonArray items, string key, string field, TypeSchema? element)
    {
        if (items.OfType<JsonObject>().Any(item => Text(item[Directive]) == "replace" && item.Count == 1))
        {
            return new([.. items.Where(item => !(item is JsonObject { Count: 1 } only && only.ContainsKey(Directive))).Select(item => item?.DeepClone())]);
        }
        foreach (var item in items)
        {
            var changes = item as JsonObject ?? throw ApiException.BadRequest($"{field}: an item of a list merged by \"{key}\" is not an object");
            var id = changes[key] ?? throw ApiException.BadRequest($"{field}: an item lacks its merge key \"{key}\"");
            var at = IndexOf(list, key, id);
            var merged = Object(at < 0 ? [] : (JsonObject)list[at]!.DeepClone(), changes, element);
            if (at >= 0 && merged is null)
            {
                list.RemoveAt(at);
            }
            else if (at >= 0)
            {
                list[at] = merged;
            }
            else if (merged is not null)
            {
                list.Add((JsonNode)merged);
            }
        }
        return list;
    }

    private static void DeletePlain(JsonObject current, string field, JsonNode? values)
    {
        if (current[field] is not JsonArray list || values is not JsonArray gone)
        {
            return;
        }
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (gone.Any(item => JsonNode.DeepEquals(item, list[i])))
            {
                list.RemoveAt(i);
            }
        }
    }

    /// <summary>Items that the order names come in its order; the others keep their place relative to their left neighbour.</summary>
    private static void Reorder(JsonObject current, string field, JsonArray order, string? key)
    {
        if (current[field] is not JsonArray list || key is null)
        {
            return;
        }
        int Rank(JsonNode? item)
        {
            for (var i = 0; i < order.Count; i++)
            {
                if (key.Length == 0 ? JsonNode.DeepEquals(order[i], item) : JsonNode.DeepEquals(order[i]?[key], item?[key]))
                {
                    return i;
                }
            }
            return -1;
        }
        var ranked = new List<(JsonNode? Item, int Rank)>();
        var last = -1;
        foreach (var item in list)
        {
            var rank = Rank(item);
            last = rank >= 0 ? rank : last;
            ranked.Add((item, last));
        }
        var sorted = ranked.OrderBy(entry => entry.Rank).Select(entry => entry.Item?.DeepClone()).ToArray();
        current[field] = new JsonArray(sorted);
    }

    private static int IndexOf(JsonArray list, string key, JsonNode id)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject item && JsonNode.DeepEquals(item[key], id))
            {
                return i;
            }
        }
        return -1;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
