using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Drops fields that a schema does not know, and nulls where there may be none. Pure.</summary>
internal static class SchemaPruning
{
    private static readonly TypeSchema Metadata = TypeSchema.For(typeof(V1ObjectMeta));

    /// <summary>Prunes in place, and returns the paths of the fields that were unknown.</summary>
    public static IReadOnlyList<string> Prune(JsonObject tree, StructuralSchema schema)
    {
        var unknown = new List<string>();
        Object(tree, schema, "", unknown, isResource: true);
        return unknown;
    }

    private static void Object(JsonObject tree, StructuralSchema schema, string path, List<string> unknown, bool isResource)
    {
        foreach (var (name, value) in tree.ToArray())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (isResource && name is "apiVersion" or "kind")
            {
                continue;
            }
            if (isResource && name == "metadata")
            {
                if (value is JsonObject metadata)
                {
                    unknown.AddRange(SchemaChecker.Prune(metadata, Metadata).Select(field => $"{at}.{field}"));
                }
                continue;
            }
            if (schema.Child(name) is { } child)
            {
                if (value is null && !child.IsNullable && child.Default is not null)
                {
                    tree.Remove(name);
                }
                else
                {
                    Value(value, child, at, unknown);
                }
            }
            else if (!schema.PreservesUnknown && !schema.AllowsAdditional)
            {
                unknown.Add(at);
                tree.Remove(name);
            }
        }
    }

    private static void Value(JsonNode? value, StructuralSchema schema, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject fields when schema.Type is "object" or "":
                Object(fields, schema, path, unknown, schema.IsEmbedded);
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    Value(list[i], items, $"{path}[{i}]", unknown);
                }
                break;
            default:
                break;
        }
    }
}
