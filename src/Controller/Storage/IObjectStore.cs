namespace Orchestrator.Controller.Storage;

/// <summary>
/// The durable log of all objects: everything above it knows keys, revisions and encoded bytes, and nothing of the database.
/// Revisions are store-wide, start at 1, only grow, and are never used twice, not even after a crash; gaps are allowed.
/// </summary>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>Revision of the last durable write.</summary>
    long Revision { get; }

    /// <summary>Changes up to and including this revision can't be replayed any more.</summary>
    long CompactedRevision { get; }

    /// <summary>False after a write that the database did not take, until one that it took.</summary>
    bool IsWritable { get; }

    /// <summary>Every live object, in no particular order. Called once, before the first write.</summary>
    IEnumerable<StoreChange> Load();

    /// <summary>
    /// Told of each committed batch in revision order, before the writers of that batch have their answers: who wrote and then reads sees
    /// its own write. One receiver; it must not block and must not throw.
    /// </summary>
    Action<IReadOnlyList<StoreChange>>? Committed { get; set; }

    /// <summary>
    /// Compare-and-swap of one object; answers after it is durable. A mismatch is an outcome, not an exception.
    /// </summary>
    /// <exception cref="StoreException">The database did not take the write: nothing of it was kept.</exception>
    Task<StoreOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> changes after a revision, in revision order, each with the value it replaced.</summary>
    /// <exception cref="StoreException">The revision is compacted.</exception>
    IReadOnlyList<StoreChange> Replay(long after, int limit);

    /// <summary>Of each object of a kind that changed after a revision, the first such change, with the value it replaced: what is different now.</summary>
    /// <exception cref="StoreException">The revision is compacted.</exception>
    IReadOnlyList<StoreChange> FirstChanges(string resource, long after);

    /// <summary>Writes all of it, as it is at one revision, to a new file; writes go on meanwhile.</summary>
    /// <exception cref="StoreException">The file could not be written.</exception>
    Task BackUpAsync(string path, CancellationToken cancellationToken);

    /// <summary>Makes a new encryption key and seals everything with it that is sealed; the old keys are forgotten. Writes wait meanwhile.</summary>
    /// <returns>How many values were sealed anew, and the new key's id.</returns>
    Task<(int Values, int KeyId)> RotateKeyAsync(CancellationToken cancellationToken);

    /// <summary>Forgets what was replaced or deleted up to and including a revision.</summary>
    Task CompactAsync(long revision, CancellationToken cancellationToken);
}
