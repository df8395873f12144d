using System.IO.Compression;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Serving;
using Orchestrator.Controller.Storage;
using Orchestrator.Model;

namespace Orchestrator.Controller.Backups;

/// <summary><c>/operations/backup</c> and <c>/operations/encryptionkey</c>: for administrators, as no role of the default ones has these paths.</summary>
internal sealed class BackupPaths(IObjectStore store, ControllerOptions options, TimeProvider time)
{
    public const string Prefix = "/operations/";

    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        switch (path, http.Request.Method)
        {
            case (Prefix + "backup", "GET"):
                await BackUpAsync(http).ConfigureAwait(false);
                return true;
            case (Prefix + "encryptionkey", "POST"):
                var (values, key) = await store.RotateKeyAsync(http.RequestAborted).ConfigureAwait(false);
                await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["keyId"] = key, ["values"] = values }).ConfigureAwait(false);
                return true;
            case (Prefix + "backup" or Prefix + "encryptionkey", _):
                throw ApiException.MethodNotAllowed();
            default:
                return false;
        }
    }

    /// <summary>
    /// A zip file of the database at one moment and of the keys without which it is worth nothing: to be kept like a password.
    /// </summary>
    private async Task BackUpAsync(HttpContext http)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.DataFolder, "backup-" + Guid.NewGuid().ToString("N")[..8])).FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        try
        {
            var copy = Path.Combine(folder, BackupArchive.Database);
            await store.BackUpAsync(copy, http.RequestAborted).ConfigureAwait(false);
            http.Response.ContentType = "application/zip";
            await using var body = http.Response.BodyWriter.AsStream(leaveOpen: true);
            using var zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, http.RequestAborted).ConfigureAwait(false);
            await BackupArchive.WriteAsync(zip, copy, options.DataFolder, store.Revision, time.GetUtcNow(), http.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
