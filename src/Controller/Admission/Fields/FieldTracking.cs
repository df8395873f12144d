using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Admission.Fields;

/// <summary>
/// Keeps <c>metadata.managedFields</c> as objects are written, and decides applies by it. Pure.
/// Source: Kubernetes documentation, "Server-Side Apply".
/// </summary>
internal static class FieldTracking
{
    /// <summary>As kubectl calls itself when it applies on the server.</summary>
    private const string ClientManager = "kubectl";

    private static readonly string[] OfNobody = ["apiVersion", "kind"];
    private static readonly string[] OfNobodyInMetadata =
        ["name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>Notes who made an object.</summary>
    /// <param name="tree">The object.</param>
    /// <param name="given">What the server filled in by other objects, such as a default class: nobody's, so that no apply of the maker takes it away.</param>
    /// <param name="manager">Who.</param>
    /// <param name="schema">The object's shape.</param>
    /// <param name="now">The time.</param>
    public static void Created(JsonObject tree, FieldSet given, FieldManager manager, TypeSchema? schema, DateTimeOffset now)
    {
        var managers = new ManagedFields();
        managers.Set(manager, Stripped(FieldWalk.Compare(Bare(tree, schema), tree, schema).Added.Except(given), manager), now);
        managers.Write(tree);
    }

    /// <summary>Notes who changed what: it is theirs now, and nobody's who had it before.</summary>
    /// <param name="old">The object before.</param>
    /// <param name="tree">The object as it will be written.</param>
    /// <param name="given">What the writer says about managers: those to start from; null for the object's own.</param>
    /// <param name="manager">Who writes.</param>
    /// <param name="schema">The object's shape.</param>
    /// <param name="now">The time.</param>
    public static void Updated(JsonObject old, JsonObject tree, JsonNode? given, FieldManager manager, TypeSchema? schema, DateTimeOffset now)
    {
        var managers = ManagedFields.Of(old);
        if (given is JsonArray entries)
        {
            var wanted = new JsonObject { ["metadata"] = new JsonObject { ["managedFields"] = entries.DeepClone() } };
            var read = ManagedFields.Of(wanted);
            // One empty entry, or none, starts the books anew; what can't be read is as if it were not said.
            managers = !read.IsEmpty || entries.All(entry => entry is JsonObject { Count: 0 }) ? read : managers;
        }
        var changes = FieldWalk.Compare(old, tree, schema);
        var written = changes.Modified.Clone();
        written.Add(changes.Added);
        written = Stripped(written, manager);
        managers.Take(null, changes.Removed);
        managers.Take(manager, written);
        if (!written.IsEmpty)
        {
            var fields = managers.Find(manager)?.Clone() ?? new();
            fields.Add(written);
            managers.Set(manager, fields, now);
        }
        managers.Write(tree);
    }

    /// <summary>The object that an applied configuration makes of a live one, with its managers.</summary>
    /// <exception cref="ApiException">Conflict: another manager has a field, and it is not forced.</exception>
    public static JsonObject Applied(JsonObject live, JsonObject configuration, FieldManager manager, bool force, TypeSchema? schema, ResourceKind kind, DateTimeOffset now)
    {
        var managers = ManagedFields.Of(live);
        if (managers.IsEmpty && live.Count > 0)
        {
            var before = new FieldManager(FieldManager.BeforeFirstApply, FieldManager.Update, manager.ApiVersion, "");
            managers.Set(before, Stripped(FieldWalk.Of(live, schema), before), now);
        }
        var merged = AppliedMerge.Merge(live, configuration, schema);
        var fields = Stripped(FieldWalk.Of(configuration, schema), manager);
        var had = managers.Find(manager) ?? new();
        var owned = fields.Clone();
        managers.Set(manager, fields, now);
        owned.Add(managers.All());
        AppliedMerge.Prune(merged, had, owned, schema);
        var changes = FieldWalk.Compare(live, merged, schema);
        var wanted = changes.Modified.Clone();
        wanted.Add(changes.Added);
        // What client-side apply applied and is so still goes over to kubectl's server-side apply without a conflict.
        var contested = manager.Name == ClientManager ? wanted.Except(LastApplied(live, schema)) : wanted;
        if (!force && managers.Conflicts(manager, contested) is { Count: > 0 } conflicts)
        {
            throw Conflict(kind, (string?)live["metadata"]?["name"] ?? "", conflicts);
        }
        managers.Take(manager, wanted);
        managers.Take(manager, changes.Removed);
        managers.Write(merged);
        return merged;
    }

    /// <summary>The fields of the last client-side apply that are what it made them.</summary>
    private static FieldSet LastApplied(JsonObject live, TypeSchema? schema)
    {
        if (live["metadata"]?["annotations"]?[WellKnown.LastApplied] is not JsonValue text || !text.TryGetValue<string>(out var json))
        {
            return new();
        }
        try
        {
            var applied = JsonTree.ParseObject(System.Text.Encoding.UTF8.GetBytes(json));
            var changes = FieldWalk.Compare(applied, live, schema);
            return FieldWalk.Of(applied, schema).Except(changes.Modified).Except(changes.Removed);
        }
        catch (ApiException)
        {
            // The annotation is a user's too: what is no JSON says nothing.
            return new();
        }
    }

    /// <summary>What a compared new object is held against: objects of the model are there from the start, their fields are not.</summary>
    private static JsonObject Bare(JsonObject tree, TypeSchema? schema) => new(tree.Where(field => field.Value is JsonObject { Count: > 0 } && schema?.Child(field.Key) is { Type: FieldType.Object })
        .Select(field => KeyValuePair.Create(field.Key, (JsonNode?)new JsonObject())));

    /// <summary>Fields that somebody can have: not those that tell the object apart or that the server sets, nor those of another subresource.</summary>
    private static FieldSet Stripped(FieldSet fields, FieldManager manager)
    {
        foreach (var name in OfNobody)
        {
            fields.Remove(PathElement.Field(name));
        }
        if (fields.Find(PathElement.Field("metadata")) is { } metadata)
        {
            metadata.IsMember = false;
            foreach (var name in OfNobodyInMetadata)
            {
                metadata.Remove(PathElement.Field(name));
            }
            fields.Put(PathElement.Field("metadata"), metadata);
        }
        if (manager is { Subresource: "", Applies: true })
        {
            fields.Remove(PathElement.Field("status"));
        }
        else if (manager.Subresource == "status")
        {
            foreach (var element in fields.Children.Keys.Where(element => element != PathElement.Field("status")).ToArray())
            {
                fields.Remove(element);
            }
        }
        return fields;
    }

    private static ApiException Conflict(ResourceKind kind, string name, IReadOnlyList<(FieldManager Manager, string Time, FieldSet Fields)> conflicts)
    {
        var single = (from conflict in conflicts from path in conflict.Fields.Paths() select (Who: Show(conflict.Manager, conflict.Time), Path: path)).ToArray();
        var causes = single.Select(conflict => new V1StatusCause { Reason = "FieldManagerConflict", Message = $"conflict with {conflict.Who}", Field = conflict.Path });
        var text = single is [var only]
            ? $"Apply failed with 1 conflict: conflict with {only.Who}: {only.Path}"
            : $"Apply failed with {single.Length} conflicts: " + string.Join('\n', single.GroupBy(conflict => conflict.Who).OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group => group.Select(conflict => $"- {conflict.Path}").Prepend($"conflicts with {group.Key}:")));
        return ApiException.ApplyConflict(text, [.. causes]);
    }

    private static string Show(FieldManager manager, string time) =>
        $"\"{manager.Name}\"" + (manager.Subresource.Length > 0 ? $" with subresource \"{manager.Subresource}\"" : "")
        + (manager.Applies ? "" : $" using {manager.ApiVersion}" + (time.Length > 0 ? $" at {time}" : ""));
}
