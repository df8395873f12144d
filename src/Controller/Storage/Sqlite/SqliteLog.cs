using Microsoft.Data.Sqlite;
using Orchestrator.Controller.Storage.Encryption;
using Orchestrator.Model;

namespace Orchestrator.Controller.Storage.Sqlite;

/// <summary>The SQL: one table that is only appended to, and thinned from its old end.</summary>
internal sealed class SqliteLog : IDisposable
{
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly PreparedInsert _insert;
    private readonly ValueSealer _sealer;
    private readonly Func<string, string[]> _selectableFields;
    private readonly Lock _reading = new();

    public SqliteLog(string path, ValueSealer sealer, Func<string, string[]> selectableFields)
    {
        _sealer = sealer;
        _selectableFields = selectableFields;
        SqliteSchema.Check(path);
        _writer = Connect(path);
        SqliteSchema.Migrate(_writer);
        _reader = Connect(path);
        _insert = new PreparedInsert(_writer, "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)");
    }

    public long LastRevision() =>
        SqliteSchema.Number(_writer, "SELECT max(coalesce((SELECT max(revision) FROM log), 0), (SELECT value FROM counter WHERE name='revision'))");

    public long CompactedRevision() => SqliteSchema.Number(_writer, "SELECT value FROM counter WHERE name='compacted'");

    /// <summary>Appends in one transaction; when this returns, the batch is on the disk.</summary>
    public void Append(IReadOnlyList<StoreChange> changes)
    {
        using var transaction = _writer.BeginTransaction(deferred: true);
        foreach (var change in changes)
        {
            var seals = change.Value is not null && ValueSealer.Seals(change.Key.Resource);
            _insert.Run(change.Revision, change.Key, change.PreviousRevision, seals, seals ? _sealer.Seal(change.Key, change.Value!.Bytes) : change.Value?.Bytes); // Sealed only where there is one.
        }
        transaction.Commit();
    }

    public IEnumerable<StoreChange> Live()
    {
        var heads = new Dictionary<ObjectKey, (long Revision, bool Deleted)>();
        using (var keys = _reader.CreateCommand())
        {
            keys.CommandText = "SELECT revision, resource, namespace, name, value IS NULL FROM log ORDER BY revision";
            using var rows = keys.ExecuteReader();
            while (rows.Read())
            {
                heads[new(string.Intern(rows.GetString(1)), string.Intern(rows.GetString(2)), rows.GetString(3))] = (rows.GetInt64(0), rows.GetBoolean(4));
            }
        }
        using var one = Select(_reader, "revision = $after");
        foreach (var (key, (revision, deleted)) in heads.OrderBy(head => head.Value.Revision))
        {
            if (!deleted)
            {
                one.Parameters[0].Value = revision;
                using var row = one.ExecuteReader();
                row.Read();
                yield return Change(row, key);
            }
        }
    }

    public IReadOnlyList<StoreChange> Replay(long after, int limit)
    {
        lock (_reading)
        {
            var changes = new List<StoreChange>();
            using var command = Select(_reader, "revision > $after ORDER BY revision LIMIT $limit");
            command.Parameters[0].Value = after;
            command.Parameters.AddWithValue("$limit", limit);
            using (var rows = command.ExecuteReader())
            {
                while (rows.Read())
                {
                    changes.Add(Change(rows, new(rows.GetString(1), rows.GetString(2), rows.GetString(3))));
                }
            }
            using var before = Select(_reader, "revision = $after");
            return [.. changes.Select(change => change.PreviousRevision == 0 ? change : change with { Previous = ValueAt(before, change) })];
        }
    }

    /// <summary>Copies a database that is in use into a new file, as it is at one moment.</summary>
    public static void Copy(string path, string target)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $target";
        command.Parameters.AddWithValue("$target", target);
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Begins a restored database anew: at a revision that was never used, with nothing before it to replay, so that whoever watched the database that it
    /// replaces reads everything again.
    /// </summary>
    public static void Restart(string path, long revision)
    {
        SqliteSchema.Check(path);
        using var connection = Connect(path);
        SqliteSchema.Migrate(connection);
        using var transaction = connection.BeginTransaction(deferred: true);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            DELETE FROM log WHERE revision IN (SELECT previous FROM log WHERE previous > 0);
            DELETE FROM log WHERE value IS NULL;
            UPDATE counter SET value = $revision;
            """;
        command.Parameters.AddWithValue("$revision", revision);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>Last revision of a database that nobody uses.</summary>
    public static long LastRevisionOf(string path)
    {
        using var connection = Connect(path);
        return SqliteSchema.Number(connection, "SELECT max(coalesce((SELECT max(revision) FROM log), 0), (SELECT value FROM counter WHERE name='revision'))");
    }

    /// <summary>Seals everything sealed with a new key. Until all of it is, the key file has the old keys too: it can be opened whenever the machine stops.</summary>
    public (int Values, int KeyId) Reseal()
    {
        _sealer.Keys.Add();
        var revisions = new List<long>();
        using (var select = _writer.CreateCommand())
        {
            select.CommandText = "SELECT revision FROM log WHERE sealed = 1";
            using var rows = select.ExecuteReader();
            while (rows.Read())
            {
                revisions.Add(rows.GetInt64(0));
            }
        }
        using (var transaction = _writer.BeginTransaction(deferred: true))
        {
            using var read = _writer.CreateCommand();
            using var write = _writer.CreateCommand();
            (read.Transaction, write.Transaction) = (transaction, transaction);
            read.CommandText = "SELECT resource, namespace, name, value FROM log WHERE revision = $revision";
            write.CommandText = "UPDATE log SET value = $value WHERE revision = $revision";
            read.Parameters.AddWithValue("$revision", 0L);
            write.Parameters.AddWithValue("$revision", 0L);
            write.Parameters.AddWithValue("$value", Array.Empty<byte>());
            foreach (var revision in revisions)
            {
                (read.Parameters[0].Value, write.Parameters[0].Value) = (revision, revision);
                using (var row = read.ExecuteReader())
                {
                    row.Read();
                    var key = new ObjectKey(row.GetString(0), row.GetString(1), row.GetString(2));
                    write.Parameters[1].Value = _sealer.Seal(key, _sealer.Open(key, row.GetFieldValue<byte[]>(3)));
                }
                write.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        using (var checkpoint = _writer.CreateCommand())
        {
            // The old values would lie in the log of the database for a while.
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }
        _sealer.Keys.ForgetOthers();
        return (revisions.Count, _sealer.Keys.CurrentId);
    }

    /// <summary>The first change after a revision of each object of a kind.</summary>
    public IReadOnlyList<StoreChange> FirstChanges(string resource, long after)
    {
        lock (_reading)
        {
            var firsts = new List<StoreChange>();
            using var command = _reader.CreateCommand();
            // Beside min() SQLite answers with the columns of the row that has the minimum.
            command.CommandText = "SELECT min(revision), namespace, name, previous FROM log WHERE revision > $after AND resource = $resource GROUP BY namespace, name";
            command.Parameters.AddWithValue("$after", after);
            command.Parameters.AddWithValue("$resource", resource);
            using (var rows = command.ExecuteReader())
            {
                while (rows.Read())
                {
                    firsts.Add(new(rows.GetInt64(0), new(resource, rows.GetString(1), rows.GetString(2)), null, rows.GetInt64(3)));
                }
            }
            using var before = Select(_reader, "revision = $after");
            return [.. firsts.Select(change => change.PreviousRevision == 0 ? change : change with { Previous = ValueAt(before, change) })];
        }
    }

    /// <summary>
    /// Drops rows that were superseded, and tombstones, between two revisions. The last revision is kept in a counter, because the row
    /// that bore it may be a tombstone that goes now.
    /// </summary>
    public void Compact(long from, long to, long lastRevision)
    {
        using var transaction = _writer.BeginTransaction(deferred: true);
        using var command = _writer.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            DELETE FROM log WHERE revision IN (SELECT previous FROM log WHERE revision > $from AND revision <= $to AND previous > 0);
            DELETE FROM log WHERE revision > $from AND revision <= $to AND value IS NULL;
            UPDATE counter SET value = $to WHERE name = 'compacted';
            UPDATE counter SET value = $last WHERE name = 'revision';
            """;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        command.Parameters.AddWithValue("$last", lastRevision);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _reader.Dispose();
        _writer.Dispose();
    }

    private EncodedObject? ValueAt(SqliteCommand one, StoreChange change)
    {
        one.Parameters[0].Value = change.PreviousRevision;
        using var row = one.ExecuteReader();
        return row.Read() ? Change(row, change.Key).Value : null;
    }

    private StoreChange Change(SqliteDataReader row, ObjectKey key)
    {
        EncodedObject? value = null;
        if (!row.IsDBNull(6))
        {
            var bytes = row.GetFieldValue<byte[]>(6);
            value = EncodedObject.Of(row.GetBoolean(5) ? _sealer.Open(key, bytes) : bytes, _selectableFields(key.Resource));
        }
        return new(row.GetInt64(0), key, value, row.GetInt64(4));
    }

    private static SqliteCommand Select(SqliteConnection connection, string where)
    {
        var command = connection.CreateCommand();
        command.CommandText = "SELECT revision, resource, namespace, name, previous, sealed, value FROM log WHERE " + where;
        command.Parameters.AddWithValue("$after", 0L);
        return command;
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;";
        command.ExecuteNonQuery();
        return connection;
    }
}
