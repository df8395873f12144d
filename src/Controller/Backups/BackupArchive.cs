using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Sqlite;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Backups;

/// <summary>What a backup holds, and the way back.</summary>
internal static class BackupArchive
{
    public const string Database = "state.db";
    private const string Manifest = "backup.json";
    private const int Version = 1;

    /// <summary>
    /// So far a restored cluster's revisions go ahead of the backup's: further than any cluster wrote since, so that none is used a second time even where
    /// the database that is replaced is lost.
    /// </summary>
    private const long Ahead = 1_000_000_000;

    private static readonly string[] Keys = ["keys/secrets.key", "pki/ca.crt", "pki/ca.key", "pki/sa.key"];

    public static async Task WriteAsync(ZipArchive zip, string database, string dataFolder, long revision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var manifest = new JsonObject { ["version"] = Version, ["revision"] = revision, ["time"] = Timestamp.Seconds(now) };
        await using (var entry = await zip.CreateEntry(Manifest).OpenAsync(cancellationToken).ConfigureAwait(false))
        {
            await entry.WriteAsync(ModelJson.Encode(manifest), cancellationToken).ConfigureAwait(false);
        }
        await zip.CreateEntryFromFileAsync(database, Database, CompressionLevel.Fastest, cancellationToken).ConfigureAwait(false);
        foreach (var name in Keys.Where(name => File.Exists(Path.Combine(dataFolder, name))))
        {
            await zip.CreateEntryFromFileAsync(Path.Combine(dataFolder, name), name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts a backup in the place of what the data folder has; that is kept in a folder beside it. Nobody may use the data folder meanwhile.</summary>
    /// <returns>The revision at which the restored cluster goes on, and where the old state is; null where there was none.</returns>
    /// <exception cref="InvalidDataException">The file is no backup, or one of a newer version.</exception>
    /// <exception cref="StoreException">The database in it is damaged or newer.</exception>
    public static (long Revision, string? Replaced) Restore(string file, string dataFolder, DateTimeOffset now)
    {
        using var zip = ZipFile.OpenRead(file);
        Check(zip);
        SQLitePCL.Batteries_V2.Init();
        var next = Directory.CreateDirectory(Path.Combine(dataFolder, ".restore")).FullName;
        try
        {
            foreach (var name in Keys.Prepend(Database))
            {
                // Names are ours; what else a file may have in it is left there.
                if (zip.GetEntry(name) is { } entry)
                {
                    Extract(entry, Path.Combine(next, name));
                }
            }
            var old = Path.Combine(dataFolder, Database);
            var revision = Math.Max(Readable(old), SqliteLog.LastRevisionOf(Path.Combine(next, Database)) + Ahead);
            SqliteLog.Restart(Path.Combine(next, Database), revision);
            var replaced = Exchange(dataFolder, next, now);
            return (revision, replaced);
        }
        finally
        {
            Directory.Delete(next, recursive: true);
        }
    }

    private static void Check(ZipArchive zip)
    {
        if (zip.GetEntry(Manifest) is not { Length: < 4096 } entry || zip.GetEntry(Database) is null)
        {
            throw new InvalidDataException("it is no backup of a cluster");
        }
        using var reader = new StreamReader(entry.Open());
        JsonObject manifest;
        try
        {
            manifest = JsonTree.ParseObject(Encoding.UTF8.GetBytes(reader.ReadToEnd()));
        }
        catch (ApiException problem)
        {
            throw new InvalidDataException($"it is no backup of a cluster: {Manifest}: {problem.Message}", problem);
        }
        if ((int?)manifest["version"] is not Version)
        {
            throw new InvalidDataException($"it is a backup of version {manifest["version"]}, and this program knows version {Version}");
        }
    }

    /// <summary>The last revision of the database that is replaced, where it can still be read.</summary>
    private static long Readable(string database)
    {
        try
        {
            return File.Exists(database) ? SqliteLog.LastRevisionOf(database) + 1 : 0;
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            return 0;
        }
    }

    private static void Extract(ZipArchiveEntry entry, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // Joined with a folder.
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var file = new FileStream(path, how);
        using var content = entry.Open();
        content.CopyTo(file);
        file.Flush(flushToDisk: true);
    }

    private static string? Exchange(string dataFolder, string next, DateTimeOffset now)
    {
        string? replaced = null;
        foreach (var name in new[] { Database, Database + "-wal", Database + "-shm", "keys", "pki" })
        {
            var (current, coming) = (Path.Combine(dataFolder, name), Path.Combine(next, name));
            if (Path.Exists(current))
            {
                replaced ??= Directory.CreateDirectory(Path.Combine(dataFolder, $"replaced-{now.UtcDateTime:yyyyMMdd-HHmmss}")).FullName;
                Directory.Move(current, Path.Combine(replaced, name));
            }
            if (Path.Exists(coming))
            {
                Directory.Move(coming, current);
            }
        }
        return replaced;
    }
}
