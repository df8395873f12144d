using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Cmdlets;

/// <summary>Reads manifests: YAML of many documents, JSON (one value, or several in a row).</summary>
internal static class ManifestReader
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>The manifest files that a path means: itself, or those of a folder by name.</summary>
    public static IEnumerable<string> Files(string path, bool recurse) =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", recurse ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
            : [path];

    /// <exception cref="ClusterException">The text is neither YAML nor JSON, or a document is no object; says where.</exception>
    public static IEnumerable<ManifestDocument> Parse(string text, string source) =>
        text.TrimStart() is ['{', ..] ? Json(text, source) : Yaml(text, source);

    private static List<ManifestDocument> Json(string text, string source)
    {
        var documents = new List<ManifestDocument>();
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                var where = documents.Count == 0 ? source : $"{source}, document {documents.Count + 1}";
                // Cloned at once: a lazily read tree would tell of a duplicate key much later.
                var body = JsonNode.Parse(ref reader) is JsonObject map ? (JsonObject)map.DeepClone() : throw ClusterException.Manifest(where, "is not an object");
                documents.AddRange(new ManifestDocument(body, where).Flatten());
            }
        }
        catch (JsonException exception)
        {
            throw ClusterException.Manifest($"{source}, line {exception.LineNumber + 1}", $"is not valid JSON: {exception.Message}", exception);
        }
        catch (ArgumentException exception)
        {
            throw ClusterException.Manifest(source, $"has a key twice: {exception.Message}", exception);
        }

        return documents;
    }

    private static List<ManifestDocument> Yaml(string text, string source)
    {
        var documents = new List<ManifestDocument>();
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            throw ClusterException.Manifest(
                $"{source}, line {exception.Start.Line}, column {exception.Start.Column}", $"is not valid YAML: {exception.InnerException?.Message ?? exception.Message}", exception);
        }

        for (var i = 0; i < stream.Documents.Count; i++)
        {
            var root = stream.Documents[i].RootNode;
            var where = $"{source}, document {i + 1} (line {root.Start.Line})";
            if (root is YamlScalarNode { Value: null or "" or "~" or "null" })
            {
                continue; // Nothing between two separators.
            }

            var body = new YamlToJson(where).Convert(root) as JsonObject
                ?? throw ClusterException.Manifest(where, "is not an object");
            documents.AddRange(new ManifestDocument(body, where).Flatten());
        }

        return documents;
    }
}
