using System.Collections.Immutable;
using Orchestrator.Model;

namespace Orchestrator.Controller.Storage.Cache;

/// <summary>Which objects of a kind: all conditions hold.</summary>
/// <param name="Resource">Group-resource, <c>deployments.apps</c>.</param>
/// <param name="Namespace">Only this namespace; null for all, and for kinds without.</param>
public sealed record Query(string Resource, string? Namespace = null)
{
    public LabelSelector Labels { get; init; } = LabelSelector.Everything;
    public FieldSelector Fields { get; init; } = FieldSelector.Everything;
    /// <summary>Only what this object owns.</summary>
    public string? OwnerUid { get; init; }
    /// <summary>Names of <see cref="EncodedObject.FieldValues"/>, in order.</summary>
    public ImmutableArray<string> FieldNames { get; init; } = [];

    public bool Matches(CachedObject item) =>
        (Namespace is null || item.Key.Namespace == Namespace)
        && (OwnerUid is null || item.Encoded.OwnerUids.Contains(OwnerUid))
        && (Labels.IsEmpty || Labels.Matches((IReadOnlyDictionary<string, string>)item.Encoded.Labels))
        && (Fields.IsEmpty || Fields.Matches(field => Field(item, field)));

    private string? Field(CachedObject item, string field)
    {
        switch (field)
        {
            case "metadata.name":
                return item.Key.Name;
            case "metadata.namespace":
                return item.Key.Namespace;
            default:
                var index = FieldNames.IndexOf(field);
                return index < 0 ? null
                    : index < item.Encoded.FieldValues.Length ? item.Encoded.FieldValues[index]
                    // A custom resource's fields may be chosen after its objects were loaded.
                    : item.Encoded.Field(field);
        }
    }
}
