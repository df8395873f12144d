using System.Collections.Immutable;

namespace Orchestrator.Controller.Storage.Cache;

/// <param name="Names">Dotted paths of a kind's selectable fields.</param>
/// <param name="Indexed">Positions in <paramref name="Names"/> of those that have an index.</param>
public sealed record IndexedFields(ImmutableArray<string> Names, ImmutableArray<int> Indexed);
