namespace Orchestrator.Controller.Storage.Cache;

/// <summary>One reader's place in the changes of a kind.</summary>
public sealed class ChangeFeed
{
    /// <summary>Log entries read at once by a reader that fell behind.</summary>
    private const int ReplayChunk = 500;

    private readonly ObjectCache _cache;
    private readonly string _resource;

    internal ChangeFeed(ObjectCache cache, string resource, long after)
    {
        _cache = cache;
        _resource = resource;
        Position = after;
    }

    /// <summary>Every change up to this revision has been handed out.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// The next changes; waits for one when there is none. An empty answer means that the place moved on past changes of other kinds.
    /// </summary>
    /// <exception cref="StoreException">Compacted: the place is older than what the log keeps.</exception>
    public async ValueTask<IReadOnlyList<CachedEvent>> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (changes, revision, changed) = _cache.Read(_resource, Position);
            if (changes is null)
            {
                return Replay();
            }
            // A feed may start in the future: a client that has seen a newer revision of another kind's object.
            Position = Math.Max(Position, revision);
            if (changes.Count > 0)
            {
                return changes;
            }
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Moves the place to the present when nothing is waiting; true when it is there.</summary>
    public bool CatchUp()
    {
        var (changes, revision, _) = _cache.Read(_resource, Position);
        if (changes is not { Count: 0 })
        {
            return false;
        }
        Position = Math.Max(Position, revision);
        return true;
    }

    private List<CachedEvent> Replay()
    {
        var log = _cache.Replay(Position, ReplayChunk);
        var result = new List<CachedEvent>();
        foreach (var change in log)
        {
            if (change.Key.Resource == _resource && (change.Value is not null || change.Previous is not null))
            {
                var previous = change.Previous is null ? null : new CachedObject(change.Key, change.Previous, change.PreviousRevision);
                result.Add(ObjectCache.Event(change, previous));
            }
        }
        Position = log.Count > 0 ? log[^1].Revision : Position;
        return result;
    }
}
