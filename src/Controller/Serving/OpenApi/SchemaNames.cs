using System.Collections.Frozen;
using System.Text.RegularExpressions;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Reviews;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>Names of the model's types in OpenAPI documents: those that clients know, <c>io.k8s.api.apps.v1.Deployment</c>.</summary>
internal static partial class SchemaNames
{
    public const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    public const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    public const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    public const string Time = Meta + "Time";

    private static readonly Type[] OfMeta =
    [
        typeof(V1ObjectMeta), typeof(V1ListMeta), typeof(V1LabelSelector), typeof(V1LabelSelectorRequirement), typeof(V1OwnerReference), typeof(V1ManagedFieldsEntry),
        typeof(V1Status), typeof(V1StatusDetails), typeof(V1StatusCause), typeof(V1DeleteOptions), typeof(V1Preconditions), typeof(V1Condition),
    ];

    // A part belongs to the group whose kind has it; of several groups to the first, which is the core.
    private static readonly Lazy<FrozenDictionary<Type, string>> Known = new(() =>
    {
        var names = OfMeta.ToDictionary(type => type, type => Meta + Parts(type).Name);
        foreach (var kind in Catalog.All.OrderBy(kind => kind.Group.Length).ThenBy(kind => kind.Group, StringComparer.Ordinal).Concat(ReviewKinds.All).Concat(Views.KindViews.Served))
        {
            Gather(TypeSchema.For(kind.ClrType), Package(kind.Group), names);
        }
        return names.ToFrozenDictionary();
    });

    public static string Of(Type type) => Known.Value.TryGetValue(type, out var name) ? name : $"io.orchestrator.{Parts(type).Version}.{Parts(type).Name}";

    /// <summary>Of a custom resource, and of lists: the group's labels backwards.</summary>
    public static string Of(ResourceKind kind) => kind.ClrType == typeof(System.Text.Json.Nodes.JsonObject)
        ? $"{string.Join('.', kind.Group.Split('.').Reverse())}.{kind.Version}.{kind.Kind}" : Of(kind.ClrType);

    private static void Gather(TypeSchema schema, string package, Dictionary<Type, string> names)
    {
        switch (schema.Type)
        {
            case FieldType.Object:
                var (version, name) = Parts(schema.ClrType);
                if (names.TryAdd(schema.ClrType, $"{package}.{version}.{name}"))
                {
                    foreach (var field in schema.Fields.Values)
                    {
                        Gather(field, package, names);
                    }
                }
                break;
            case FieldType.List or FieldType.Map when schema.Element is { } element:
                Gather(element, package, names);
                break;
            default:
                break;
        }
    }

    private static string Package(string group) => group switch
    {
        "" => "io.k8s.api.core",
        "apiextensions.k8s.io" => "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
        _ => $"io.k8s.api.{group.Split('.')[0]}",
    };

    private static (string Version, string Name) Parts(Type type) =>
        VersionedName().Match(type.Name) is { Success: true } match ? (match.Groups[1].Value.ToLowerInvariant(), match.Groups[2].Value) : ("v1", type.Name);

    [GeneratedRegex("^(?:[A-Z][a-z]+)?([vV][0-9]+(?:(?:alpha|beta)[0-9]+)?)([A-Z].*)$", RegexOptions.CultureInvariant)]
    private static partial Regex VersionedName();
}
