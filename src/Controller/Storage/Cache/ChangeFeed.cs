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
    /// The next changes; waits for one when there is none. An empty answer means that the place moved on past changes of other kinds, which
    /// happens at the latest after <paramref name="idle"/>.
    /// </summary>
    /// <param name="time">The clock.</param>
    /// <param name="idle">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="gather">Waits, after a change that was waited for, until it is time to read what there is by then.</param>
    /// <exception cref="StoreException">Compacted: the place is older than what the log keeps.</exception>
    public async ValueTask<IReadOnlyList<CachedEvent>> NextAsync(TimeProvider time, TimeSpan idle, CancellationToken cancellationToken, Func<Task>? gather = null)
    {
        for (var waited = false; ; waited = true)
        {
            var (changes, revision, changed) = _cache.Read(_resource, Position);
            if (changes is null)
            {
                return Replay();
            }
            // A feed may start in the future: a client that has seen a newer revision of another kind's object.
            Position = Math.Max(Position, revision);
            if (changes.Count > 0 || waited)
            {
                return changes;
            }
            try
            {
                await changed.WaitAsync(idle, time, cancellationToken).ConfigureAwait(false);
                await (gather?.Invoke() ?? Task.CompletedTask).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Idle: the loop looks once more and answers with what there is.
            }
        }
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
