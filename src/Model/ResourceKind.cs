using System.Collections.Immutable;
using Orchestrator.Model.Schema;

namespace Orchestrator.Model;

/// <summary>One kind that the API serves, as data: everything generic code needs to know of it.</summary>
public record ResourceKind
{
    /// <summary>API group; empty for the core group.</summary>
    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Kind { get; init; }
    /// <summary>Lower-case plural, as it stands in URLs.</summary>
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public ImmutableArray<string> ShortNames { get; init; } = [];
    /// <summary>Groups of kinds that clients may name at once, such as <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];
    public required bool Namespaced { get; init; }
    public required Type ClrType { get; init; }

    /// <summary>The shape of its objects.</summary>
    public TypeSchema Schema { get => field ??= TypeSchema.For(ClrType); init; }
    public ImmutableArray<PrinterColumn> Columns { get; init; } = [];
    /// <summary>Subresources beside the object itself: <c>status</c>, <c>scale</c>, <c>log</c>, <c>binding</c>…</summary>
    public ImmutableArray<string> Subresources { get; init; } = [];
    /// <summary>Dotted field paths that a field selector may name, beside <c>metadata.name</c> and <c>metadata.namespace</c>.</summary>
    public ImmutableArray<string> SelectableFields { get; init; } = [];

    /// <summary><c>apps/v1</c>, or <c>v1</c> for the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
    /// <summary>Of a list of them, where it is not <c>KindList</c>.</summary>
    public string? ListName { get; init; }
    public string ListKind => ListName ?? Kind + "List";
    /// <summary><c>deployments.apps</c>, or <c>pods</c> for the core group: the kind's name in storage, errors and authorization.</summary>
    public string GroupResource { get => field ??= Group.Length == 0 ? Plural : $"{Plural}.{Group}"; init; }
    /// <summary><c>Deployment.apps</c>, as validation errors name it.</summary>
    public string GroupKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public bool HasSubresource(string name) => Subresources.Contains(name);
    public override string ToString() => GroupResource;
}
