using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Views;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Tables;

/// <summary>Objects as rows of a <c>meta.k8s.io/v1 Table</c>, or cut to their metadata.</summary>
internal sealed class TableWriter(TimeProvider time)
{
    /// <param name="kind">The kind of the rows.</param>
    /// <param name="items">The objects.</param>
    /// <param name="include">What each row's object is: Metadata (the default), Object or None.</param>
    /// <param name="withColumns">False in a watch after the first event: clients have the headings.</param>
    /// <param name="view">The form of the rows' objects, where it is not the stored one.</param>
    public JsonObject Table(ResourceKind kind, IEnumerable<CachedObject> items, string? include, bool withColumns = true, KindView? view = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var rows = new JsonArray();
        foreach (var item in items)
        {
            var typed = ModelJson.Decode(item.Bytes, kind.ClrType);
            var row = new JsonObject { ["cells"] = new JsonArray([.. kind.Columns.Select(column => Cell(column.Value(typed, now)))]) };
            switch (include)
            {
                case "None":
                    break;
                case "Object":
                    row["object"] = JsonTree.ParseObject(view?.Bytes(item) ?? item.Bytes);
                    break;
                default:
                    row["object"] = Partial(item);
                    break;
            }
            rows.Add((JsonNode)row);
        }
        return new()
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject(),
            ["columnDefinitions"] = withColumns ? new JsonArray([.. kind.Columns.Select(Definition)]) : null,
            ["rows"] = rows,
        };
    }

    public static JsonObject Partial(CachedObject item) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = JsonTree.ParseObject(item.Bytes)["metadata"]!.DeepClone(), // Every object has it.
    };

    private static JsonObject Definition(PrinterColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Name == "Name" ? "name" : "",
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonValue? Cell(object value) => value is long number ? JsonValue.Create(number) : JsonValue.Create((string)value);
}
