using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Makes kinds of a definition.</summary>
internal static class DefinitionReader
{
    public const string Established = "Established";

    /// <summary>The versions that are served, the stored one first; none before the names are accepted.</summary>
    public static ImmutableArray<CustomResourceKind> Read(CachedObject item)
    {
        var definition = item.Decode<V1CustomResourceDefinition>();
        if (definition.Status?.Conditions?.Any(condition => condition is { Type: Established, Status: "True" }) != true)
        {
            return [];
        }
        var schemas = (JsonTree.ParseObject(item.Bytes)["spec"]!["versions"] as JsonArray ?? []).OfType<JsonObject>() // Admitted with a spec.
            .ToDictionary(version => StructuralSchema.Text(version["name"]), version => version["schema"]?["openAPIV3Schema"] as JsonObject ?? []);
        return [.. from version in definition.Spec.Versions where version.Served orderby version.Storage descending select Kind(definition, version, schemas[version.Name])];
    }

    private static CustomResourceKind Kind(V1CustomResourceDefinition definition, V1CustomResourceDefinitionVersion version, JsonObject schema)
    {
        var (spec, names) = (definition.Spec, definition.Spec.Names);
        var structure = StructuralSchema.Parse(schema);
        var scale = version.Subresources?.Scale;
        return new()
        {
            Group = spec.Group,
            Version = version.Name,
            Kind = names.Kind,
            Plural = names.Plural,
            Singular = names.Singular ?? names.Kind.ToLowerInvariant(),
            ListName = names.ListKind,
            ShortNames = [.. names.ShortNames ?? []],
            Categories = [.. names.Categories ?? []],
            Namespaced = spec.Scope == "Namespaced",
            ClrType = typeof(JsonObject),
            Schema = structure.ToShape(),
            Structure = structure,
            Columns = CustomColumns.Of(version.AdditionalPrinterColumns),
            Subresources = [.. version.Subresources?.Status is null ? [] : new[] { "status" }, .. scale is null ? [] : new[] { "scale" }],
            SelectableFields = [.. (version.SelectableFields ?? []).Select(field => field.JsonPath.TrimStart('.'))],
            Scale = scale is null ? null : new(scale.SpecReplicasPath, scale.StatusReplicasPath, scale.LabelSelectorPath),
            Warning = version.Deprecated == true
                ? version.DeprecationWarning ?? $"{spec.Group}/{version.Name} {names.Kind} is deprecated" : null,
            TakesNew = definition.Metadata.DeletionTimestamp is null,
        };
    }
}
