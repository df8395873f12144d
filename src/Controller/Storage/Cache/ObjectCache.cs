using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orchestrator.Model;

namespace Orchestrator.Controller.Storage.Cache;

/// <summary>
/// All live objects in memory, and the way to every change: reads, lists, watches and reconcilers are served from here. It is never behind
/// what a writer has been told.
/// </summary>
public sealed class ObjectCache
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Partition> _partitions = new(StringComparer.Ordinal);
    private readonly IObjectStore _store;
    private readonly Func<string, IndexedFields> _fields;
    private long _revision;

    /// <param name="store">The log; loaded here.</param>
    /// <param name="fields">The selectable fields of a group-resource, and which of them are indexed.</param>
    public ObjectCache(IObjectStore store, Func<string, IndexedFields> fields)
    {
        _store = store;
        _fields = fields;
        _revision = store.Revision;
        foreach (var change in store.Load())
        {
            Of(change.Key.Resource).Put(new(change.Key, change.Value!, change.Revision), null); // Live objects have values.
        }
        store.Committed = Apply;
    }

    public long Revision => Volatile.Read(ref _revision);

    /// <summary>How many objects of a kind there are.</summary>
    public int Count(string resource) => Of(resource).Root.Values.Sum(static names => names.Count);

    public CachedObject? Get(ObjectKey key) => Of(key.Resource).Find(key.Namespace, key.Name);

    /// <summary>The objects that match, ordered by namespace and name, as they all were at one revision.</summary>
    public Snapshot List(Query query)
    {
        query = WithFields(query);
        var partition = Of(query.Resource);
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, CachedObject>> root;
        CachedObject[]? candidates;
        long revision;
        lock (_lock)
        {
            revision = _revision;
            root = partition.Root;
            candidates = partition.Candidates(query)?.ToArray();
        }
        if (candidates is null)
        {
            return new([.. Partition.Scan(root, query.Namespace).Where(query.Matches)], revision);
        }
        var items = candidates.Where(query.Matches).ToList();
        items.Sort(static (left, right) => string.CompareOrdinal(left.Key.Namespace, right.Key.Namespace) is var order && order != 0
            ? order : string.CompareOrdinal(left.Key.Name, right.Key.Name));
        return new(items, revision);
    }

    /// <summary>The same, as the objects were at an earlier revision: what has changed since is taken back.</summary>
    /// <exception cref="StoreException">The revision is compacted.</exception>
    public Snapshot ListAt(Query query, long revision)
    {
        query = WithFields(query);
        var partition = Of(query.Resource);
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, CachedObject>> root;
        List<CachedEvent>? changes;
        lock (_lock)
        {
            root = partition.Root;
            changes = partition.Events.After(revision);
        }
        var since = changes?.Select(change => (change.Object.Key, change.Previous)).DistinctBy(change => change.Key)
            ?? _store.FirstChanges(query.Resource, revision).Select(change =>
                (change.Key, Previous: change.Previous is null ? null : new CachedObject(change.Key, change.Previous, change.PreviousRevision)));
        return new([.. Partition.Scan(Partition.With(root, since), query.Namespace).Where(query.Matches)], revision);
    }

    /// <summary>Follows the changes of a kind after a revision, unfiltered, each exactly once and in order.</summary>
    public ChangeFeed Follow(string resource, long after) => new(this, resource, after);

    internal (List<CachedEvent>? Changes, long Revision, Task Changed) Read(string resource, long after)
    {
        var events = Of(resource).Events;
        lock (_lock)
        {
            return (events.After(after), _revision, events.Changed);
        }
    }

    internal IReadOnlyList<StoreChange> Replay(long after, int limit) => _store.Replay(after, limit);

    internal Query WithFields(Query query) =>
        query.FieldNames.IsEmpty ? query with { FieldNames = _fields(query.Resource).Names } : query;

    internal static CachedEvent Event(StoreChange change, CachedObject? previous) => change.Value is { } value
        ? new(previous is null ? ChangeType.Added : ChangeType.Modified, new(change.Key, value, change.Revision), previous)
        : new(ChangeType.Deleted, new(change.Key, previous!.Encoded, change.Revision), previous); // Only what exists is deleted.

    private void Apply(IReadOnlyList<StoreChange> changes)
    {
        var touched = new HashSet<Partition>();
        lock (_lock)
        {
            foreach (var change in changes)
            {
                var partition = Of(change.Key.Resource);
                var previous = partition.Find(change.Key.Namespace, change.Key.Name);
                var applied = Event(change, previous);
                if (applied.Type == ChangeType.Deleted)
                {
                    partition.Remove(previous!); // As in Event.
                }
                else
                {
                    partition.Put(applied.Object, previous);
                }
                partition.Events.Append(applied);
                touched.Add(partition);
            }
            Volatile.Write(ref _revision, changes[^1].Revision);
            foreach (var partition in touched)
            {
                partition.Events.Signal();
            }
        }
    }

    private Partition Of(string resource) => _partitions.GetOrAdd(resource, static (name, cache) =>
        // A kind that has no change yet: nothing after the revision we loaded at is missing from its empty ring.
        new Partition(cache._fields(name).Indexed) { Events = { Floor = cache.Revision } }, this);
}
