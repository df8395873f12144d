using System.Text.Json.Nodes;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Admission.Fields;

/// <summary>Which fields an object has, and in which of them two states of it differ. Pure.</summary>
internal static class FieldWalk
{
    /// <summary>Every field that is set. Values that are not shared count as one field.</summary>
    public static FieldSet Of(JsonNode? value, TypeSchema? schema)
    {
        var result = new FieldSet();
        Gather(result, value, schema, FieldRule.Granular, maps: false);
        return result;
    }

    public static FieldChanges Compare(JsonNode? old, JsonNode? now, TypeSchema? schema)
    {
        var changes = new FieldChanges(new(), new(), new());
        Compare(changes, old, now, schema, FieldRule.Granular, []);
        return changes;
    }

    /// <summary>The items of a shared list by what tells them apart; null when some can't be told apart, which makes the list one value.</summary>
    public static Dictionary<string, JsonNode?>? Items(JsonArray list, FieldRule rule)
    {
        var items = new Dictionary<string, JsonNode?>(list.Count, StringComparer.Ordinal);
        foreach (var item in list)
        {
            if (PathElement.Item(item, rule) is not { } element || !items.TryAdd(element, item))
            {
                return null;
            }
        }
        return items;
    }

    private static bool IsShared(FieldRule rule) => rule.Topology is FieldTopology.Keyed or FieldTopology.Set;

    /// <param name="at">Where they go.</param>
    /// <param name="value">The value.</param>
    /// <param name="schema">Its shape.</param>
    /// <param name="rule">How it is shared.</param>
    /// <param name="maps">True: who makes a map has the map too, and not only its keys.</param>
    private static void Gather(FieldSet at, JsonNode? value, TypeSchema? schema, FieldRule rule, bool maps)
    {
        switch (value)
        {
            case JsonObject fields when rule.Topology == FieldTopology.Granular && fields.Count > 0:
                foreach (var (name, child) in fields)
                {
                    Gather(at.At(PathElement.Field(name)), child, schema?.Child(name), RuleOf(schema, name), maps);
                }
                at.IsMember |= maps && schema is { Type: FieldType.Map };
                break;
            case JsonArray list when IsShared(rule) && list.Count > 0 && Items(list, rule) is { } items:
                foreach (var (element, item) in items)
                {
                    var child = at.At(element);
                    if (rule.Topology == FieldTopology.Keyed)
                    {
                        Gather(child, item, schema?.Element, ElementRule(schema), maps);
                    }
                    child.IsMember = true;
                }
                break;
            default:
                at.IsMember = true;
                break;
        }
    }

    private static void Compare(FieldChanges changes, JsonNode? old, JsonNode? now, TypeSchema? schema, FieldRule rule, List<string> path)
    {
        if (rule.Topology == FieldTopology.Granular && old is JsonObject before && now is JsonObject after)
        {
            foreach (var (name, value) in before)
            {
                Descend(PathElement.Field(name), value, after.TryGetPropertyValue(name, out var other) ? other : null, schema?.Child(name), RuleOf(schema, name), after.ContainsKey(name));
            }
            foreach (var (name, value) in after)
            {
                if (!before.ContainsKey(name))
                {
                    Whole(changes.Added, PathElement.Field(name), value, schema?.Child(name), RuleOf(schema, name), path, member: false);
                }
            }
        }
        else if (IsShared(rule) && old is JsonArray first && now is JsonArray second
            && Items(first, rule) is { } olds && Items(second, rule) is { } news)
        {
            foreach (var (element, item) in olds)
            {
                Descend(element, item, news.GetValueOrDefault(element), schema?.Element, ElementRule(schema), news.ContainsKey(element));
            }
            foreach (var (element, item) in news)
            {
                if (!olds.ContainsKey(element))
                {
                    Whole(changes.Added, element, item, schema?.Element, ElementRule(schema), path, member: true);
                }
            }
        }
        else if (!JsonNode.DeepEquals(old, now))
        {
            Differ(changes, old, now, schema, rule, path);
        }

        void Descend(string element, JsonNode? left, JsonNode? right, TypeSchema? child, FieldRule of, bool stays)
        {
            if (!stays)
            {
                Whole(changes.Removed, element, left, child, of, path, member: true);
                return;
            }
            path.Add(element);
            Compare(changes, left, right, child, of, path);
            path.RemoveAt(path.Count - 1);
        }
    }

    /// <summary>Both are there and differ, and are not both containers.</summary>
    private static void Differ(FieldChanges changes, JsonNode? old, JsonNode? now, TypeSchema? schema, FieldRule rule, List<string> path)
    {
        At(changes.Modified, path).IsMember = true;
        if (old is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            Gather(At(changes.Removed, path), old, schema, rule, maps: true);
        }
        if (now is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && rule.Topology != FieldTopology.Atomic)
        {
            Gather(At(changes.Added, path), now, schema, rule, maps: true);
        }
    }

    private static void Whole(FieldSet into, string element, JsonNode? value, TypeSchema? schema, FieldRule rule, List<string> path, bool member)
    {
        var at = At(into, path).At(element);
        Gather(at, value, schema, rule, maps: true);
        at.IsMember |= member;
    }

    private static FieldSet At(FieldSet root, List<string> path) => path.Aggregate(root, static (set, element) => set.At(element));

    private static FieldRule RuleOf(TypeSchema? schema, string name) => schema?.RuleOf(name) ?? FieldRule.Granular;

    private static FieldRule ElementRule(TypeSchema? schema) => schema?.ElementRule ?? FieldRule.Granular;
}
