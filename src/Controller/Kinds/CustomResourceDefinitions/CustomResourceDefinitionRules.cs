using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Source: Kubernetes API reference, CustomResourceDefinition; documentation, "CustomResourceDefinitions", structural schemas.</summary>
internal sealed partial class CustomResourceDefinitionRules : KindRules<V1CustomResourceDefinition>
{
    public const string Cleanup = "customresourcecleanup.apiextensions.k8s.io";
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];

    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1CustomResourceDefinition item)
    {
        item.Status = new() { StoredVersions = [.. (item.Spec?.Versions ?? []).Where(version => version.Storage).Select(version => version.Name)] };
        item.Metadata.Finalizers = [.. item.Metadata.Finalizers ?? [], .. item.Metadata.Finalizers?.Contains(Cleanup) == true ? [] : new[] { Cleanup }];
    }

    protected override void Default(V1CustomResourceDefinition item)
    {
        if (item.Spec?.Names is { Kind.Length: > 0 } names)
        {
            names.Singular ??= names.Kind.ToLowerInvariant();
            names.ListKind ??= names.Kind + "List";
        }
        if (item.Spec is { } spec)
        {
            spec.Conversion ??= new() { Strategy = "None" };
        }
    }

    protected override void Validate(V1CustomResourceDefinition item, FieldErrors errors)
    {
        if (item.Spec is not { } spec)
        {
            errors.Required("spec");
            return;
        }
        Names(item, spec, errors);
        if (spec.Scope is not ("Cluster" or "Namespaced"))
        {
            errors.NotSupported("spec.scope", spec.Scope, "Cluster", "Namespaced");
        }
        if (spec.Conversion?.Strategy is { } strategy && strategy != "None")
        {
            errors.NotSupported("spec.conversion.strategy", strategy, "None");
        }
        if (spec.PreserveUnknownFields == true)
        {
            errors.Invalid("spec.preserveUnknownFields", true, "must be false: set x-kubernetes-preserve-unknown-fields in the schema instead");
        }
        Versions(spec, errors);
    }

    protected override void ValidateUpdate(V1CustomResourceDefinition item, V1CustomResourceDefinition old, FieldErrors errors)
    {
        Keep("spec.group", item.Spec?.Group, old.Spec.Group);
        Keep("spec.scope", item.Spec?.Scope, old.Spec.Scope);
        Keep("spec.names.plural", item.Spec?.Names?.Plural, old.Spec.Names.Plural);
        Keep("spec.names.kind", item.Spec?.Names?.Kind, old.Spec.Names.Kind);
        foreach (var stored in old.Status?.StoredVersions ?? [])
        {
            if (item.Spec?.Versions?.Any(version => version.Name == stored) == false)
            {
                errors.Invalid("status.storedVersions", stored, "must appear in spec.versions");
            }
        }

        void Keep(string field, string? now, string before)
        {
            if (now != before)
            {
                errors.Invalid(field, now, "field is immutable");
            }
        }
    }

    private static void Names(V1CustomResourceDefinition item, V1CustomResourceDefinitionSpec spec, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(spec.Group))
        {
            errors.Required("spec.group");
        }
        else
        {
            errors.Check("spec.group", spec.Group, NameRules.DnsSubdomain(spec.Group) ?? (spec.Group.Contains('.', StringComparison.Ordinal) ? null : "should be a domain with at least one dot"));
            if (Catalog.All.Any(kind => kind.Group == spec.Group && kind.Plural == spec.Names?.Plural))
            {
                errors.Invalid("spec.names.plural", spec.Names?.Plural, $"{spec.Names?.Plural}.{spec.Group} is served already");
            }
        }
        if (spec.Names is not { } names)
        {
            errors.Required("spec.names");
            return;
        }
        foreach (var (field, value) in new[] { ("plural", names.Plural), ("kind", names.Kind) })
        {
            if (string.IsNullOrEmpty(value))
            {
                errors.Required($"spec.names.{field}");
            }
        }
        foreach (var (field, value) in new[] { ("plural", names.Plural), ("singular", names.Singular), ("kind", names.Kind?.ToLowerInvariant()), ("listKind", names.ListKind?.ToLowerInvariant()) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                errors.Check($"spec.names.{field}", value, NameRules.DnsLabel(value));
            }
        }
        for (var i = 0; i < (names.ShortNames?.Count ?? 0); i++)
        {
            errors.Check($"spec.names.shortNames[{i}]", names.ShortNames![i], NameRules.DnsLabel(names.ShortNames[i])); // Counted.
        }
        if (item.Metadata.Name != $"{names.Plural}.{spec.Group}")
        {
            errors.Invalid("metadata.name", item.Metadata.Name, "must be spec.names.plural+\".\"+spec.group");
        }
    }

    private static void Versions(V1CustomResourceDefinitionSpec spec, FieldErrors errors)
    {
        if (spec.Versions is not { Count: > 0 } versions)
        {
            errors.Required("spec.versions", "must have at least one version");
            return;
        }
        if (versions.Count(version => version.Storage) != 1)
        {
            errors.Invalid("spec.versions", versions.Count(version => version.Storage), "must have exactly one version marked as storage version");
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < versions.Count; i++)
        {
            var (field, version) = ($"spec.versions[{i}]", versions[i]);
            errors.Check($"{field}.name", version.Name, string.IsNullOrEmpty(version.Name) ? "must not be empty" : NameRules.DnsLabel(version.Name));
            if (!seen.Add(version.Name ?? ""))
            {
                errors.Duplicate($"{field}.name", version.Name);
            }
            if (version.Schema?.OpenAPIV3Schema is null)
            {
                errors.Required($"{field}.schema.openAPIV3Schema", "schemas are required");
            }
            else
            {
                Root($"{field}.schema.openAPIV3Schema", (JsonObject)ModelJson.ToTree(version.Schema.OpenAPIV3Schema), errors);
            }
            Columns(field, version, errors);
            Scale($"{field}.subresources.scale", version.Subresources?.Scale, errors);
        }
    }

    private static void Columns(string field, V1CustomResourceDefinitionVersion version, FieldErrors errors)
    {
        for (var i = 0; i < (version.AdditionalPrinterColumns?.Count ?? 0); i++)
        {
            var (at, column) = ($"{field}.additionalPrinterColumns[{i}]", version.AdditionalPrinterColumns![i]); // Counted.
            if (string.IsNullOrEmpty(column.Name))
            {
                errors.Required($"{at}.name");
            }
            if (!ColumnTypes.Contains(column.Type))
            {
                errors.NotSupported($"{at}.type", column.Type, ColumnTypes);
            }
            try
            {
                JsonPath.Parse(column.JsonPath ?? "");
            }
            catch (FormatException problem)
            {
                errors.Invalid($"{at}.jsonPath", column.JsonPath, problem.Message);
            }
        }
    }

    private static void Scale(string field, V1CustomResourceSubresourceScale? scale, FieldErrors errors)
    {
        foreach (var (name, path, start, wanted) in scale is null ? [] : new[]
        {
            ("specReplicasPath", scale.SpecReplicasPath, ".spec.", true), ("statusReplicasPath", scale.StatusReplicasPath, ".status.", true), ("labelSelectorPath", scale.LabelSelectorPath, ".", false),
        })
        {
            if (string.IsNullOrEmpty(path))
            {
                if (wanted)
                {
                    errors.Required($"{field}.{name}");
                }
            }
            else if (!path.StartsWith(start, StringComparison.Ordinal) || !DottedPath().IsMatch(path))
            {
                errors.Invalid($"{field}.{name}", path, $"should be a json path under {start.TrimEnd('.')}, without brackets");
            }
        }
    }

    private static void Root(string field, JsonObject schema, FieldErrors errors)
    {
        if (StructuralSchema.Text(schema["type"]) != "object")
        {
            errors.Invalid($"{field}.type", StructuralSchema.Text(schema["type"]), "must be object at the root");
        }
        Schema(field, schema, errors, 0);
    }

    private static void Schema(string field, JsonObject schema, FieldErrors errors, int depth)
    {
        if (depth > StructuralSchema.MaxDepth)
        {
            errors.Invalid(field, "", $"may not be nested deeper than {StructuralSchema.MaxDepth} levels");
            return;
        }
        foreach (var unsupported in new[] { "$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id" })
        {
            if (schema[unsupported] is not null)
            {
                errors.Forbidden($"{field}.{unsupported}", $"{unsupported} is not supported");
            }
        }
        if (schema["x-kubernetes-validations"] is JsonArray { Count: > 0 })
        {
            errors.Forbidden($"{field}.x-kubernetes-validations", "rules in CEL are not supported by this server; use enum, pattern, minimum and the like");
        }
        var type = StructuralSchema.Text(schema["type"]);
        var free = schema["x-kubernetes-int-or-string"] is JsonValue || schema["x-kubernetes-preserve-unknown-fields"] is JsonValue;
        if (type.Length == 0 ? !free : !Types.Contains(type))
        {
            if (type.Length == 0)
            {
                errors.Required($"{field}.type", "must not be empty for specified object fields");
            }
            else
            {
                errors.NotSupported($"{field}.type", type, Types);
            }
        }
        if (type == "array" && schema["items"] is not JsonObject)
        {
            errors.Required($"{field}.items", "must be specified");
        }
        if (schema["properties"] is JsonObject && schema["additionalProperties"] is JsonObject)
        {
            errors.Forbidden($"{field}.additionalProperties", "additionalProperties and properties are mutual exclusive");
        }
        if (StructuralSchema.Text(schema["pattern"]) is { Length: > 0 } pattern && !IsPattern(pattern))
        {
            errors.Invalid($"{field}.pattern", pattern, "must be a valid regular expression");
        }
        if (StructuralSchema.Text(schema["x-kubernetes-list-type"]) == "map" && schema["x-kubernetes-list-map-keys"] is not JsonArray { Count: > 0 })
        {
            errors.Required($"{field}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        }
        foreach (var (name, child) in schema["properties"] as JsonObject ?? [])
        {
            if (child is JsonObject below && !(depth == 0 && name is "apiVersion" or "kind" or "metadata"))
            {
                Schema($"{field}.properties[{name}]", below, errors, depth + 1);
            }
        }
        foreach (var name in new[] { "items", "additionalProperties" })
        {
            if (schema[name] is JsonObject below)
            {
                Schema($"{field}.{name}", below, errors, depth + 1);
            }
        }
        CheckDefault(field, schema, errors);
    }

    private static void CheckDefault(string field, JsonObject schema, FieldErrors errors)
    {
        if (schema["default"] is not { } given)
        {
            return;
        }
        var wrong = new FieldErrors();
        var holder = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["default"] = schema.DeepClone() } };
        SchemaValidation.Validate(new() { ["default"] = given.DeepClone() }, StructuralSchema.Parse(holder), wrong);
        foreach (var cause in wrong.Causes)
        {
            errors.Invalid($"{field}.{cause.Field}", given.ToJsonString(), cause.Message);
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(\.[A-Za-z_][A-Za-z0-9_]*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex DottedPath();
}
