using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>One object of a manifest, and where it was read.</summary>
/// <param name="Source">For errors: <c>app.yaml, document 2 (line 14)</c>.</param>
internal sealed record ManifestDocument(JsonObject Body, string Source)
{
    public string ApiVersion => Text("apiVersion");
    public string Kind => Text("kind");
    public string Name => (string?)Body["metadata"]?["name"] ?? "";
    public string? Namespace => (string?)Body["metadata"]?["namespace"] is { Length: > 0 } own ? own : null;

    /// <summary>Checks what no server is needed for.</summary>
    /// <exception cref="ClusterException">The document lacks <c>apiVersion</c>, <c>kind</c> or a name, or one of them is not text.</exception>
    public void Check()
    {
        foreach (var field in new[] { "apiVersion", "kind" })
        {
            if (Text(field).Length == 0)
            {
                throw ClusterException.Manifest(Source, $"{field}: Required value");
            }
        }

        if (Body["metadata"] is not (null or JsonObject))
        {
            throw ClusterException.Manifest(Source, "metadata: must be an object");
        }

        if (Body["metadata"]?["name"] is not JsonValue value || !value.TryGetValue<string>(out var name) || name.Length == 0)
        {
            throw ClusterException.Manifest(Source, "metadata.name: Required value");
        }
    }

    /// <summary>A List becomes its items.</summary>
    public IEnumerable<ManifestDocument> Flatten()
    {
        if (!Kind.EndsWith("List", StringComparison.Ordinal) || Body["items"] is not JsonArray items)
        {
            return [this];
        }

        return items.SelectMany((item, i) => item is JsonObject body
            ? new ManifestDocument((JsonObject)body.DeepClone(), $"{Source}, item {i + 1}").Flatten()
            : throw ClusterException.Manifest($"{Source}, item {i + 1}", "is not an object"));
    }

    private string Text(string field) => Body[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
