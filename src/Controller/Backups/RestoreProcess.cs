using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Storage;

namespace Orchestrator.Controller.Backups;

/// <summary><c>orchestrator-controller restore --data FOLDER --from FILE</c>, while no controller uses the folder.</summary>
internal static class RestoreProcess
{
    private const int Failed = 1;
    private const int BadArguments = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["--data", var folder, "--from", var file])
        {
            await Console.Error.WriteLineAsync("usage: orchestrator-controller restore --data FOLDER --from FILE").ConfigureAwait(false);
            return BadArguments;
        }
        try
        {
            Directory.CreateDirectory(folder);
            using var held = DataFolderLock.Take(folder);
            var (revision, replaced) = BackupArchive.Restore(file, folder, TimeProvider.System.GetUtcNow());
            Console.WriteLine($"Restored; the cluster goes on at revision {revision}." + (replaced is null ? "" : $" What was there is in {replaced}."));
            return 0;
        }
        catch (InvalidDataException problem)
        {
            await Console.Error.WriteLineAsync($"orchestrator-controller: --from: {file}: {problem.Message}").ConfigureAwait(false);
            return Failed;
        }
        catch (Exception problem) when (problem is StoreException or DataFolderInUseException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"orchestrator-controller: {problem.Message}").ConfigureAwait(false);
            return Failed;
        }
    }
}
