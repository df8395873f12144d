using Microsoft.Data.Sqlite;
using Orchestrator.Model;
using SQLitePCL;

namespace Orchestrator.Controller.Storage.Sqlite;

/// <summary>
/// The one statement that every write runs, on SQLite's own API: the provider's command spends as much time on boxing its parameters as SQLite
/// spends on the row.
/// </summary>
internal sealed class PreparedInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public PreparedInsert(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!; // An open connection has one.
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <exception cref="SqliteException">The row was not taken.</exception>
    public void Run(long revision, ObjectKey key, long previous, bool isSealed, byte[]? value)
    {
        raw.sqlite3_bind_int64(_statement, 1, revision);
        raw.sqlite3_bind_text(_statement, 2, key.Resource);
        raw.sqlite3_bind_text(_statement, 3, key.Namespace);
        raw.sqlite3_bind_text(_statement, 4, key.Name);
        raw.sqlite3_bind_int64(_statement, 5, previous);
        raw.sqlite3_bind_int64(_statement, 6, isSealed ? 1 : 0);
        if (value is null)
        {
            raw.sqlite3_bind_null(_statement, 7);
        }
        else
        {
            raw.sqlite3_bind_blob(_statement, 7, value);
        }
        var code = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
