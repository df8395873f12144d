using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Controller.Storage.Sqlite;
using SQLitePCL;

namespace Orchestrator.Bench;

/// <summary>
/// Creates per second of the whole store (compare-and-swap, encoding's indexes, log, cache) from 256 writers, as a share of what SQLite alone
/// does with the same rows in transactions of 128 (WAL, synchronous=FULL). Both in turns within one run, on the same disk.
/// </summary>
internal static class StoreBench
{
    private const int Writers = 256;
    private const int RawBatch = 128;
    private const int ValueBytes = 256;
    private const double Goal = 0.60;

    public static async Task<int> RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60_000;
        var rounds = new List<(double Raw, double Store)>();
        // The first round warms up both and doesn't count.
        for (var round = 0; round <= 5; round++)
        {
            var pair = (Raw(rows), await StoreAsync(rows));
            if (round > 0)
            {
                rounds.Add(pair);
                Console.WriteLine(FormattableString.Invariant($"round {round}: raw {pair.Item1,9:n0} rows/s   store {pair.Item2,9:n0} writes/s   ratio {pair.Item2 / pair.Item1:p0}"));
            }
        }
        var ratio = rounds.Select(round => round.Store / round.Raw).Order().ElementAt(rounds.Count / 2);
        Console.WriteLine(FormattableString.Invariant($"median ratio {ratio:p1} (goal {Goal:p0})"));
        return ratio >= Goal ? 0 : 1;
    }

    private static double Raw(int rows)
    {
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "raw.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE log (revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, previous INTEGER NOT NULL, sealed INTEGER NOT NULL, value BLOB) STRICT;");
        raw.sqlite3_prepare_v2(connection.Handle, "INSERT INTO log VALUES (?, 'configmaps', 'default', ?, 0, 0, ?)", out var insert);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < rows; i += RawBatch)
        {
            using var transaction = connection.BeginTransaction(deferred: true);
            for (var j = i; j < Math.Min(rows, i + RawBatch); j++)
            {
                var name = $"n{j}";
                raw.sqlite3_bind_int64(insert, 1, j + 1);
                raw.sqlite3_bind_text(insert, 2, name);
                raw.sqlite3_bind_blob(insert, 3, Value(name));
                if (raw.sqlite3_step(insert) != raw.SQLITE_DONE)
                {
                    throw new InvalidOperationException("a row was refused");
                }
                raw.sqlite3_reset(insert);
            }
            transaction.Commit();
        }
        insert.Dispose();
        var rate = rows / watch.Elapsed.TotalSeconds;
        connection.Close();
        Directory.Delete(folder, recursive: true);
        return rate;
    }

    private static async Task<double> StoreAsync(int rows)
    {
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        double rate;
        await using (var store = SqliteObjectStore.Open(Path.Combine(folder, "state.db"), Path.Combine(folder, "key"), ControllerApplication.SelectableFields))
        {
            var cache = new ObjectCache(store, ControllerApplication.Fields);
            var next = 0;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
            {
                for (var i = Interlocked.Increment(ref next); i <= rows; i = Interlocked.Increment(ref next))
                {
                    var name = $"n{i}";
                    var outcome = await store.WriteAsync(new(new("configmaps", "default", name), 0, EncodedObject.Of(Value(name), [])), CancellationToken.None);
                    if (!outcome.Succeeded)
                    {
                        throw new InvalidOperationException("a write failed");
                    }
                }
            })));
            rate = rows / watch.Elapsed.TotalSeconds;
            if (cache.List(new("configmaps")).Items.Count != rows)
            {
                throw new InvalidOperationException("the cache is short of objects");
            }
        }
        Directory.Delete(folder, recursive: true);
        return rate;
    }

    private static byte[] Value(string name)
    {
        var head = $$"""{"metadata":{"name":"{{name}}","uid":"0"},"data":""" + "\"";
        return Encoding.UTF8.GetBytes(head + new string('x', Math.Max(0, ValueBytes - head.Length - 2)) + "\"}");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
