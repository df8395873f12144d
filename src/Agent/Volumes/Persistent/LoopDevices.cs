namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>The machine's loop devices, whoever's they are and wherever they are mounted.</summary>
internal static class LoopDevices
{
    /// <summary>Whether one has the file.</summary>
    public static bool Have(string file)
    {
        var path = FileNative.RealPath(file);
        return Directory.EnumerateDirectories("/sys/block", "loop*").Any(device => FileOf(device) == path);
    }

    private static string? FileOf(string device)
    {
        try
        {
            return File.ReadAllText(Path.Combine(device, "loop", "backing_file")).TrimEnd('\n');
        }
        catch (IOException)
        {
            // It has none.
            return null;
        }
    }
}
