using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Admission.Fields;

/// <summary>Who has which fields of an object: <c>metadata.managedFields</c>.</summary>
internal sealed class ManagedFields
{
    /// <summary>Updates that are remembered one by one; older ones become one entry.</summary>
    private const int MaxUpdates = 10;

    private readonly List<Entry> _entries = [];

    /// <summary>Whether somebody has applied the object: told without reading the fields.</summary>
    public static bool IsApplied(JsonObject tree) =>
        (tree["metadata"]?["managedFields"] as JsonArray)?.Any(item => Text(item?["operation"]) == FieldManager.Apply) == true;

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>What the object says; empty where it says nothing, or nothing that can be read.</summary>
    public static ManagedFields Of(JsonObject tree)
    {
        var result = new ManagedFields();
        foreach (var item in (tree["metadata"]?["managedFields"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            try
            {
                if (item["fieldsV1"] is JsonObject fields && Text(item["operation"]) is FieldManager.Apply or FieldManager.Update && FieldSet.Parse((JsonObject)item["fieldsV1"]!) is { IsEmpty: false } set) // Just seen.
                {
                    var manager = new FieldManager(Text(item["manager"]), Text(item["operation"]), Text(item["apiVersion"]), Text(item["subresource"]));
                    result.Put(manager, set, Text(item["time"]));
                }
            }
            catch (FormatException)
            {
                return new();
            }
        }
        return result;
    }

    public FieldSet? Find(FieldManager manager) => _entries.Find(entry => entry.Manager == manager)?.Fields;

    /// <summary>Everything that somebody has.</summary>
    public FieldSet All()
    {
        var all = new FieldSet();
        _entries.ForEach(entry => all.Add(entry.Fields));
        return all;
    }

    /// <summary>Gives a manager exactly these fields; the time of what does not change stays.</summary>
    public void Set(FieldManager manager, FieldSet fields, DateTimeOffset now)
    {
        if (Find(manager) is not { } had || !JsonNode.DeepEquals(had.ToJson(), fields.ToJson()))
        {
            Put(manager, fields, Timestamp.Seconds(now));
        }
    }

    /// <summary>What others have of these fields, by who has it.</summary>
    public IReadOnlyList<(FieldManager Manager, string Time, FieldSet Fields)> Conflicts(FieldManager manager, FieldSet wanted) =>
        [.. from entry in _entries
            where entry.Manager != manager
            let both = entry.Fields.And(wanted)
            where !both.IsEmpty
            select (entry.Manager, entry.Time, both)];

    /// <summary>Takes fields from all but one.</summary>
    public void Take(FieldManager? manager, FieldSet fields)
    {
        foreach (var entry in _entries.Where(entry => entry.Manager != manager).ToArray())
        {
            var left = entry.Fields.Except(fields);
            Put(entry.Manager, left, entry.Time);
        }
    }

    public void Write(JsonObject tree)
    {
        Cap();
        var metadata = AdmissionChain.Metadata(tree);
        // Always at the same place, the end: a write that changes nothing must be the same bytes.
        metadata.Remove("managedFields");
        if (_entries.Count == 0)
        {
            return;
        }
        metadata["managedFields"] = new JsonArray([.. _entries.OrderBy(entry => entry.Time, StringComparer.Ordinal).Select(entry =>
        {
            var item = new JsonObject
            {
                ["apiVersion"] = entry.Manager.ApiVersion, ["fieldsType"] = "FieldsV1", ["fieldsV1"] = entry.Fields.ToJson(), ["manager"] = entry.Manager.Name,
                ["operation"] = entry.Manager.Operation, ["time"] = entry.Time,
            };
            if (entry.Manager.Subresource.Length > 0)
            {
                item["subresource"] = entry.Manager.Subresource;
            }
            return item;
        })]);
    }

    private void Put(FieldManager manager, FieldSet fields, string time)
    {
        var at = _entries.FindIndex(entry => entry.Manager == manager);
        if (fields.IsEmpty)
        {
            if (at >= 0)
            {
                _entries.RemoveAt(at);
            }
        }
        else if (at < 0)
        {
            _entries.Add(new(manager, fields, time));
        }
        else
        {
            _entries[at] = new(manager, fields, time);
        }
    }

    private void Cap()
    {
        var updates = _entries.Where(entry => !entry.Manager.Applies && entry.Manager.Subresource.Length == 0).OrderBy(entry => entry.Time, StringComparer.Ordinal).ToArray();
        foreach (var oldest in updates.Take(Math.Max(0, updates.Length - MaxUpdates)))
        {
            _entries.Remove(oldest);
            var ancient = oldest.Manager with { Name = FieldManager.Ancient };
            var fields = Find(ancient)?.Clone() ?? new();
            fields.Add(oldest.Fields);
            Put(ancient, fields, oldest.Time);
        }
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private sealed record Entry(FieldManager Manager, FieldSet Fields, string Time);
}
