using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Orchestrator.Controller.Storage.Encryption;
using Orchestrator.Model;

namespace Orchestrator.Controller.Storage.Sqlite;

/// <summary>
/// <see cref="IObjectStore"/> on one SQLite file. One thread writes: it takes all that waits, decides each compare-and-swap in memory,
/// appends the winners in one transaction (one fsync), publishes them, and only then answers.
/// </summary>
public sealed class SqliteObjectStore : IObjectStore
{
    /// <summary>Most writes in a transaction: bounds how long the first of a batch waits for the last.</summary>
    private const int MaxBatch = 512;
    /// <summary>Writers past this many wait for a place.</summary>
    private const int QueueLength = 8192;
    /// <summary>Revisions a compaction transaction covers, so that writes get in between.</summary>
    private const int CompactionStep = 2000;

    private readonly string _path;
    private readonly SqliteLog _log;
    private readonly Dictionary<ObjectKey, long> _heads = [];
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly Thread _thread;
    private long _revision;
    private long _compacted;
    private long _assigned;
    private int _failed;

    private SqliteObjectStore(string path, SqliteLog log)
    {
        _path = path;
        _log = log;
        _assigned = _revision = log.LastRevision();
        _compacted = log.CompactedRevision();
        _thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
    }

    public long Revision => Volatile.Read(ref _revision);
    public long CompactedRevision => Volatile.Read(ref _compacted);
    public Action<IReadOnlyList<StoreChange>>? Committed { get; set; }
    public bool IsWritable => Volatile.Read(ref _failed) == 0;

    /// <param name="path">The database file; made when it doesn't exist.</param>
    /// <param name="keyPath">The file of encryption keys; made when it doesn't exist.</param>
    /// <param name="selectableFields">Dotted field paths to keep at hand, by group-resource.</param>
    /// <exception cref="StoreException">The file is damaged, newer, or sealed with another key: it is left as it was.</exception>
    public static SqliteObjectStore Open(string path, string keyPath, Func<string, string[]> selectableFields)
    {
        SQLitePCL.Batteries_V2.Init();
        SqliteSchema.Check(path);
        if (File.Exists(path) && new FileInfo(path).Length > 0 && !File.Exists(keyPath))
        {
            throw new StoreException(StoreProblem.WrongKey, $"{path} exists but its key file {keyPath} does not; put the key file back");
        }
        return new(path, new SqliteLog(path, new ValueSealer(KeyRing.Open(keyPath)), selectableFields));
    }

    public IEnumerable<StoreChange> Load()
    {
        foreach (var change in _log.Live())
        {
            _heads[change.Key] = change.Revision;
            yield return change;
        }
        _thread.Start();
    }

    public async Task<StoreOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        var pending = new Pending(write, null);
        await Enqueue(pending, cancellationToken).ConfigureAwait(false);
        // Once queued a write can't be taken back: its outcome is awaited even when the caller has lost interest.
        return await pending.Answer.Task.ConfigureAwait(false);
    }

    public IReadOnlyList<StoreChange> Replay(long after, int limit) => Kept(after, () => _log.Replay(after, limit));

    public IReadOnlyList<StoreChange> FirstChanges(string resource, long after) => Kept(after, () => _log.FirstChanges(resource, after));

    private IReadOnlyList<StoreChange> Kept(long after, Func<IReadOnlyList<StoreChange>> read)
    {
        if (after < CompactedRevision)
        {
            throw new StoreException(StoreProblem.Compacted, $"revision {after} is compacted; the oldest that can be replayed from is {CompactedRevision}");
        }
        var changes = read();
        // A compaction may have run between the check and the read.
        return after < CompactedRevision
            ? throw new StoreException(StoreProblem.Compacted, $"revision {after} is compacted")
            : changes;
    }

    public Task BackUpAsync(string path, CancellationToken cancellationToken) => Task.Run(() =>
    {
        try
        {
            SqliteLog.Copy(_path, path);
        }
        catch (SqliteException problem)
        {
            throw Explain(problem);
        }
    }, cancellationToken);

    public async Task<(int Values, int KeyId)> RotateKeyAsync(CancellationToken cancellationToken)
    {
        var result = (0, 0);
        var pending = new Pending(null, null, () => result = _log.Reseal());
        await Enqueue(pending, cancellationToken).ConfigureAwait(false);
        await pending.Answer.Task.ConfigureAwait(false);
        return result;
    }

    public async Task CompactAsync(long revision, CancellationToken cancellationToken)
    {
        while (CompactedRevision < Math.Min(revision, Revision))
        {
            var pending = new Pending(null, Math.Min(revision, CompactedRevision + CompactionStep));
            await Enqueue(pending, cancellationToken).ConfigureAwait(false);
            await pending.Answer.Task.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_thread.IsAlive)
        {
            await Task.Run(_thread.Join).ConfigureAwait(false);
        }
        _log.Dispose();
    }

    private async ValueTask Enqueue(Pending pending, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StoreException(StoreProblem.Unavailable, "the store is closing");
        }
    }

    private void Run()
    {
        var batch = new List<Pending>(MaxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var pending))
            {
                if (pending.CompactTo is { } to)
                {
                    Compact(pending, to);
                }
                else if (pending.Work is { } work)
                {
                    Carry(pending, work);
                }
                else
                {
                    batch.Add(pending);
                }
            }
            Commit(batch);
        }
    }

    private void Commit(List<Pending> batch)
    {
        var overlay = new Dictionary<ObjectKey, long>();
        var changes = new List<StoreChange>(batch.Count);
        foreach (var pending in batch)
        {
            var write = pending.Write!; // Only compactions have none.
            var current = overlay.TryGetValue(write.Key, out var revision) ? revision : _heads.GetValueOrDefault(write.Key);
            if (current != write.ExpectedRevision || (current == 0 && write.Value is null))
            {
                pending.Outcome = new(false, current);
                continue;
            }
            // A revision is used up even if the transaction fails: never twice the same number for two values.
            var next = ++_assigned;
            overlay[write.Key] = write.Value is null ? 0 : next;
            changes.Add(new(next, write.Key, write.Value, current));
            pending.Outcome = new(true, next);
        }
        if (changes.Count > 0 && Append(changes) is { } problem)
        {
            foreach (var pending in batch)
            {
                pending.Answer.SetException(problem);
            }
            return;
        }
        foreach (var (key, revision) in overlay)
        {
            if (revision == 0)
            {
                _heads.Remove(key);
            }
            else
            {
                _heads[key] = revision;
            }
        }
        if (changes.Count > 0)
        {
            Volatile.Write(ref _revision, changes[^1].Revision);
            Committed?.Invoke(changes);
        }
        foreach (var pending in batch)
        {
            pending.Answer.SetResult(pending.Outcome);
        }
    }

    private StoreException? Append(List<StoreChange> changes)
    {
        try
        {
            _log.Append(changes);
            Volatile.Write(ref _failed, 0);
            return null;
        }
        catch (SqliteException problem)
        {
            Volatile.Write(ref _failed, 1);
            return Explain(problem);
        }
    }

    private void Carry(Pending pending, Action work)
    {
        try
        {
            work();
            pending.Answer.SetResult(default);
        }
        catch (SqliteException problem)
        {
            pending.Answer.SetException(Explain(problem));
        }
        catch (Exception problem) when (problem is StoreException or IOException or UnauthorizedAccessException)
        {
            pending.Answer.SetException(problem as StoreException ?? new StoreException(StoreProblem.Unavailable, problem.Message, problem));
        }
    }

    private void Compact(Pending pending, long to)
    {
        try
        {
            if (to > _compacted)
            {
                // Readers must know before the rows are gone.
                var from = _compacted;
                Volatile.Write(ref _compacted, to);
                _log.Compact(from, to, _assigned);
            }
            pending.Answer.SetResult(default);
        }
        catch (SqliteException problem)
        {
            pending.Answer.SetException(Explain(problem));
        }
    }

    private StoreException Explain(SqliteException problem) => problem.SqliteErrorCode switch
    {
        13 => new(StoreProblem.Full, $"the disk that holds {_path} is full", problem), // SQLITE_FULL
        11 or 26 => new(StoreProblem.Corrupt, $"{_path} is damaged: {problem.Message}", problem), // SQLITE_CORRUPT, SQLITE_NOTADB
        _ => new(StoreProblem.Unavailable, $"{_path} could not be written: {problem.Message}", problem),
    };

    private sealed class Pending(StoreWrite? write, long? compactTo, Action? work = null)
    {
        public Action? Work { get; } = work;
        public StoreWrite? Write { get; } = write;
        public long? CompactTo { get; } = compactTo;
        public StoreOutcome Outcome { get; set; }
        public TaskCompletionSource<StoreOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
