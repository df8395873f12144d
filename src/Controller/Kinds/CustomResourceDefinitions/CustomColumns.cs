using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Printing;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>The table of a custom resource: its definition's columns, else its age.</summary>
internal static class CustomColumns
{
    public static ImmutableArray<PrinterColumn> Of(IEnumerable<V1CustomResourceColumnDefinition>? columns)
    {
        PrinterColumn[] own = [.. (columns ?? []).Select(Column)];
        return [new("Name", "string", "Name must be unique within a namespace", 0, static (item, _) => StructuralSchema.Text(((JsonObject)item)["metadata"]?["name"])),
            .. own.Length > 0 ? own : [Column(new() { Name = "Age", Type = "date", JsonPath = ".metadata.creationTimestamp" })]];
    }

    private static PrinterColumn Column(V1CustomResourceColumnDefinition column)
    {
        var path = JsonPath.Parse(column.JsonPath);
        return new(column.Name, column.Type, column.Description ?? "", column.Priority ?? 0, (item, now) => Cell([.. path.Select((JsonObject)item).OfType<JsonNode>()], column.Type, now));
    }

    private static object Cell(JsonNode[] found, string type, DateTime now) => (type, found) switch
    {
        (_, []) => type == "date" ? "<unknown>" : "",
        ("integer", [JsonValue value]) when value.TryGetValue<long>(out var number) => number,
        ("date", [JsonValue value]) when value.TryGetValue<string>(out var text) && Timestamp.TryParse(text, out var time) => HumanDuration.Of(now - time.UtcDateTime),
        _ => string.Join(',', found.Select(value => value is JsonValue plain && plain.TryGetValue<string>(out var text) ? text : value.ToJsonString())),
    };
}
