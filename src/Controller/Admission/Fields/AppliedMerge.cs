using System.Text.Json.Nodes;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Admission.Fields;

/// <summary>
/// What applying a configuration makes of an object: its fields go in, and those go out that the same manager applied before and nobody has now.
/// Pure. Source: Kubernetes documentation, "Server-Side Apply", merge strategy.
/// </summary>
internal static class AppliedMerge
{
    /// <returns>A new tree: the live one with the configuration's fields in it.</returns>
    public static JsonObject Merge(JsonObject live, JsonObject applied, TypeSchema? schema) => Objects(live, applied, schema);

    /// <summary>Takes out, in place, what was applied before and belongs to nobody any more.</summary>
    /// <param name="tree">The merged object.</param>
    /// <param name="before">What this manager had.</param>
    /// <param name="owned">What all managers have now, this one too.</param>
    /// <param name="schema">The object's shape.</param>
    public static void Prune(JsonObject tree, FieldSet before, FieldSet owned, TypeSchema? schema) => PruneFields(tree, before, owned, schema);

    private static JsonNode? Value(JsonNode? live, JsonNode? applied, TypeSchema? schema, FieldRule rule) => (live, applied) switch
    {
        (JsonObject old, JsonObject wanted) when rule.Topology == FieldTopology.Granular => Objects(old, wanted, schema),
        (JsonArray old, JsonArray wanted) when rule.Topology is FieldTopology.Keyed or FieldTopology.Set => Lists(old, wanted, schema, rule),
        _ => applied?.DeepClone(),
    };

    private static JsonObject Objects(JsonObject live, JsonObject applied, TypeSchema? schema)
    {
        var result = (JsonObject)live.DeepClone();
        foreach (var (name, value) in applied)
        {
            result[name] = Value(live.TryGetPropertyValue(name, out var old) ? old : null, value, schema?.Child(name), schema?.RuleOf(name) ?? FieldRule.Granular);
        }
        return result;
    }

    /// <summary>Items of both come in the configuration's order; those of the live list alone keep their place before the item that they stood before.</summary>
    private static JsonArray Lists(JsonArray live, JsonArray applied, TypeSchema? schema, FieldRule rule)
    {
        if (FieldWalk.Items(live, rule) is not { } olds || FieldWalk.Items(applied, rule) is not { } wanted)
        {
            return (JsonArray)applied.DeepClone();
        }
        var result = new JsonArray();
        var order = olds.Keys.ToArray();
        var next = 0;
        foreach (var (element, item) in wanted)
        {
            var at = Array.IndexOf(order, element);
            // A new item comes after those that only the live list has here, one of both after all that stood before it.
            for (; at < 0 ? next < order.Length && !wanted.ContainsKey(order[next]) : next < at; next++)
            {
                Keep(order[next]);
            }
            next = Math.Max(next, at + 1);
            result.Add(at < 0 ? item?.DeepClone() : Value(olds[element], item, schema?.Element, schema?.ElementRule ?? FieldRule.Granular));
        }
        for (; next < order.Length; next++)
        {
            Keep(order[next]);
        }
        return result;

        void Keep(string element)
        {
            if (!wanted.ContainsKey(element))
            {
                result.Add(olds[element]?.DeepClone());
            }
        }
    }

    private static void PruneFields(JsonObject tree, FieldSet before, FieldSet? owned, TypeSchema? schema)
    {
        foreach (var (element, child) in before.Children)
        {
            if (!element.StartsWith("f:", StringComparison.Ordinal) || !tree.TryGetPropertyValue(element[2..], out var value))
            {
                continue;
            }
            var name = element[2..];
            var (shape, rule, others) = (schema?.Child(name), schema?.RuleOf(name) ?? FieldRule.Granular, owned?.Find(element));
            switch (value)
            {
                case JsonObject { Count: > 0 } fields when rule.Topology == FieldTopology.Granular:
                    PruneFields(fields, child, others, shape);
                    if (fields.Count == 0 && others is null)
                    {
                        tree.Remove(name);
                    }
                    break;
                case JsonArray { Count: > 0 } list when rule.Topology is FieldTopology.Keyed or FieldTopology.Set && FieldWalk.Items(list, rule) is { } items:
                    PruneItems(list, items, child, others, shape, rule);
                    if (list.Count == 0 && others is null)
                    {
                        tree.Remove(name);
                    }
                    break;
                case var _ when child.IsMember && others is null:
                    tree.Remove(name);
                    break;
                default:
                    break;
            }
        }
    }

    private static void PruneItems(JsonArray list, Dictionary<string, JsonNode?> items, FieldSet before, FieldSet? owned, TypeSchema? schema, FieldRule rule)
    {
        foreach (var (element, child) in before.Children)
        {
            if (!items.TryGetValue(element, out var item))
            {
                continue;
            }
            var others = owned?.Find(element);
            if (child.IsMember && others is not { IsMember: true })
            {
                list.RemoveAt(list.IndexOf(item));
            }
            else if (rule.Topology == FieldTopology.Keyed && item is JsonObject fields)
            {
                PruneFields(fields, child, others, schema?.Element);
            }
        }
    }
}
