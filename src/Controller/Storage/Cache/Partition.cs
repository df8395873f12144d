using System.Collections.Immutable;
using Orchestrator.Model;
using Names = System.Collections.Immutable.ImmutableSortedDictionary<string, Orchestrator.Controller.Storage.Cache.CachedObject>;

namespace Orchestrator.Controller.Storage.Cache;

/// <summary>
/// The objects of one kind. The tree is persistent, so that a list holds a consistent snapshot without a lock; the indexes are not, and are
/// read and written under the cache's lock.
/// </summary>
internal sealed class Partition(ImmutableArray<int> indexedFields)
{
    private static readonly Names NoNames = Names.Empty.WithComparers(StringComparer.Ordinal);
    private readonly Dictionary<IndexKey, HashSet<CachedObject>> _indexes = [];
    private ImmutableSortedDictionary<string, Names> _root = ImmutableSortedDictionary.Create<string, Names>(StringComparer.Ordinal);

    public EventRing Events { get; } = new();

    public ImmutableSortedDictionary<string, Names> Root => Volatile.Read(ref _root);

    public CachedObject? Find(string @namespace, string name) =>
        Root.TryGetValue(@namespace, out var names) && names.TryGetValue(name, out var item) ? item : null;

    public void Put(CachedObject item, CachedObject? previous)
    {
        var names = _root.GetValueOrDefault(item.Key.Namespace, NoNames).SetItem(item.Key.Name, item);
        Volatile.Write(ref _root, _root.SetItem(item.Key.Namespace, names));
        Unindex(previous);
        foreach (var key in KeysOf(item))
        {
            if (!_indexes.TryGetValue(key, out var members))
            {
                _indexes[key] = members = [];
            }
            members.Add(item);
        }
    }

    public void Remove(CachedObject item)
    {
        var names = _root.GetValueOrDefault(item.Key.Namespace, NoNames).Remove(item.Key.Name);
        Volatile.Write(ref _root, names.IsEmpty ? _root.Remove(item.Key.Namespace) : _root.SetItem(item.Key.Namespace, names));
        Unindex(item);
    }

    /// <summary>The members of the smallest index that the query allows; null when only a scan answers it.</summary>
    public IReadOnlyCollection<CachedObject>? Candidates(Query query)
    {
        HashSet<CachedObject>? best = null;
        foreach (var key in KeysFor(query))
        {
            if (!_indexes.TryGetValue(key, out var members))
            {
                return [];
            }
            best = best is null || members.Count < best.Count ? members : best;
        }
        return best;
    }

    public static IEnumerable<CachedObject> Scan(ImmutableSortedDictionary<string, Names> root, string? @namespace) =>
        @namespace is null ? root.Values.SelectMany(names => names.Values)
        : root.TryGetValue(@namespace, out var only) ? only.Values
        : [];

    /// <summary>A tree in which some objects are others, or are not there.</summary>
    public static ImmutableSortedDictionary<string, Names> With(ImmutableSortedDictionary<string, Names> root, IEnumerable<(ObjectKey Key, CachedObject? Value)> others)
    {
        foreach (var (key, value) in others)
        {
            var names = root.GetValueOrDefault(key.Namespace, NoNames);
            root = root.SetItem(key.Namespace, value is null ? names.Remove(key.Name) : names.SetItem(key.Name, value));
        }
        return root;
    }

    private void Unindex(CachedObject? item)
    {
        if (item is null)
        {
            return;
        }
        foreach (var key in KeysOf(item))
        {
            if (_indexes.TryGetValue(key, out var members) && members.Remove(item) && members.Count == 0)
            {
                _indexes.Remove(key);
            }
        }
    }

    private IEnumerable<IndexKey> KeysOf(CachedObject item)
    {
        foreach (var (name, value) in item.Encoded.Labels)
        {
            yield return new(IndexKind.Label, name, value);
        }
        foreach (var owner in item.Encoded.OwnerUids)
        {
            yield return new(IndexKind.Owner, "", owner);
        }
        foreach (var field in indexedFields)
        {
            yield return new(IndexKind.Field, "", item.Encoded.FieldValues[field], field);
        }
    }

    private IEnumerable<IndexKey> KeysFor(Query query)
    {
        if (query.OwnerUid is { } owner)
        {
            yield return new(IndexKind.Owner, "", owner);
        }
        foreach (var requirement in query.Labels.Requirements)
        {
            if (requirement.Operator is Model.LabelOperator.Equals || (requirement.Operator is Model.LabelOperator.In && requirement.Values.Length == 1))
            {
                yield return new(IndexKind.Label, requirement.Key, requirement.Values[0]);
            }
        }
        foreach (var field in indexedFields)
        {
            if (query.Fields.Required(query.FieldNames[field]) is { } value)
            {
                yield return new(IndexKind.Field, "", value, field);
            }
        }
    }

    private enum IndexKind
    {
        Label,
        Owner,
        Field,
    }

    private readonly record struct IndexKey(IndexKind Kind, string Name, string Value, int Field = 0);
}
