namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>Scripts that tests have others run.</summary>
internal static class ExecutableFile
{
    public static async Task WriteAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, text + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }
}
