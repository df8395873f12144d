namespace Orchestrator.Controller.Hosting;

internal sealed class DataFolderInUseException(string message) : Exception(message);

/// <summary>One controller a data folder: two would write one database.</summary>
internal static class DataFolderLock
{
    /// <exception cref="DataFolderInUseException">Another process holds it.</exception>
    public static IDisposable Take(string folder)
    {
        var path = Path.Combine(folder, "controller.lock");
        try
        {
            // The system lets go of it when the process ends, however it ends.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem) when (File.Exists(path))
        {
            throw new DataFolderInUseException($"--data: {folder} is in use by another controller ({problem.Message})");
        }
    }
}
