using System.Text.Json.Nodes;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Fills in what a schema has defaults for. Pure.</summary>
internal static class SchemaDefaults
{
    public static void Apply(JsonNode? value, StructuralSchema schema)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, child) in schema.Properties)
                {
                    if (child.Default is { } given && !fields.ContainsKey(name))
                    {
                        fields[name] = given.DeepClone();
                    }
                }
                foreach (var (name, field) in fields.ToArray())
                {
                    if (schema.Child(name) is { } child)
                    {
                        Apply(field, child);
                    }
                }
                break;
            case JsonArray list when schema.Items is { } items:
                foreach (var item in list)
                {
                    Apply(item, items);
                }
                break;
            default:
                break;
        }
    }
}
