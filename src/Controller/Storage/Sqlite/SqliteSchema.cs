using Microsoft.Data.Sqlite;

namespace Orchestrator.Controller.Storage.Sqlite;

/// <summary>The database file: what it must be before we touch it, its versions, and the way from one to the next.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks the file as ours ("ORCH").</summary>
    private const int ApplicationId = 0x4F524348;

    /// <summary>Each entry takes the schema one version further.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE log (
            revision  INTEGER PRIMARY KEY,
            resource  TEXT    NOT NULL,
            namespace TEXT    NOT NULL,
            name      TEXT    NOT NULL,
            previous  INTEGER NOT NULL,
            sealed    INTEGER NOT NULL,
            value     BLOB
        ) STRICT;
        CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        INSERT INTO counter VALUES ('revision', 0), ('compacted', 0);
        """,
    ];

    public static int CurrentVersion => Migrations.Length;

    /// <summary>Looks at the file read-only; a damaged or newer one is refused before anything could change it.</summary>
    /// <exception cref="StoreException">Corrupt or Newer.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return;
        }
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
            }.ToString());
            connection.Open();
            var id = Number(connection, "PRAGMA application_id");
            var version = Number(connection, "PRAGMA user_version");
            if (id != ApplicationId && version != 0)
            {
                throw new StoreException(StoreProblem.Corrupt, $"{path} is a database of another program; it was left untouched");
            }
            if (version > CurrentVersion)
            {
                throw new StoreException(StoreProblem.Newer,
                    $"{path} has schema version {version}, newer than this program's {CurrentVersion}; it was left untouched");
            }
            if (Text(connection, "PRAGMA quick_check(1)") is var verdict && verdict != "ok")
            {
                throw new StoreException(StoreProblem.Corrupt, $"{path} is damaged ({verdict}); it was left untouched. Restore it from a backup");
            }
        }
        catch (SqliteException problem)
        {
            throw new StoreException(StoreProblem.Corrupt, $"{path} can't be read as a database ({problem.Message}); it was left untouched", problem);
        }
    }

    public static void Migrate(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096;");
        for (var version = (int)Number(connection, "PRAGMA user_version"); version < CurrentVersion; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, Migrations[version], transaction);
            Execute(connection, $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={version + 1};", transaction);
            transaction.Commit();
        }
    }

    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string ?? "";
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
