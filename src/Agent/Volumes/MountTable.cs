namespace Orchestrator.Agent.Volumes;

/// <summary>What is mounted on this machine.</summary>
internal static class MountTable
{
    /// <summary>The mount points below a folder, the innermost first.</summary>
    public static IReadOnlyList<string> Below(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }
        var prefix = Path.GetFullPath(folder) + "/";
        // The fifth field is where; the kernel writes blanks in it as octal.
        return [.. File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4].Replace("\\040", " ", StringComparison.Ordinal))
            .Where(point => point.StartsWith(prefix, StringComparison.Ordinal)).OrderByDescending(point => point.Length)];
    }
}
